import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';
import { isWell, SEVERITY_NAMES, sayNotLookedAt, sayPassed } from '../../shared/text/sayDiagnosis.ts';
import { FindingSection } from './FindingSection.tsx';

/** What is wrong with the chosen stream, what could not be looked at, and what was looked for in vain. */
export function Findings({ diagnosis }: { diagnosis: Diagnosis }) {
  const { findings, notLookedAt, passed, software } = diagnosis;
  return (
    <>
      {isWell(diagnosis) && <p class="fine">Nothing was found wrong.</p>}
      {findings.map((finding) => (
        <FindingSection
          key={finding.code}
          finding={finding}
          severity={SEVERITY_NAMES[finding.severity]}
          software={software}
        />
      ))}
      {sayNotLookedAt(notLookedAt).map((text) => (
        <p key={text} class="note" data-not-looked-at>
          {text}
        </p>
      ))}
      {passed.length > 0 && (
        <details>
          <summary>{passed.length} checks passed</summary>
          <p class="note">{sayPassed(diagnosis)}</p>
        </details>
      )}
    </>
  );
}
