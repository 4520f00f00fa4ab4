import type { NotLookedAt } from '../../shared/diagnosis/diagnose.ts';
import { FINDING_NAMES } from '../../shared/text/findings/names.ts';
import { isWell, sayNotLookedAt } from '../../shared/text/sayDiagnosis.ts';
import type { StreamFindings } from '../query/findingsReader.ts';

export interface ChecksSectionProps {
  report: readonly StreamFindings[];
  /** Streams that look broken, and no finding says why. */
  unexplained: number;
}

/** What was looked for in vain, and what could not be looked at. */
export function ChecksSection({ report, unexplained }: ChecksSectionProps) {
  const notLookedAt = unionOf(report);
  const passed = passedIn(report);
  const isFine = report.length > 0 && report.every(isWell) && unexplained === 0;
  return (
    <>
      {isFine && <p class="fine">Nothing was found wrong.</p>}
      {unexplained > 0 && (
        <p data-unexplained>
          {unexplained === 1 ? 'One stream has' : `${unexplained} streams have`} failed or been silent without
          a finding that says why: its HTTP tab shows what was answered.
        </p>
      )}
      {sayNotLookedAt(notLookedAt).map((text) => (
        <p key={text} class="note" data-not-looked-at>
          {text}
        </p>
      ))}
      {passed.length > 0 && (
        <details class="checks">
          <summary>
            {passed.length} checks passed{report.length > 1 && ' in every stream'}
          </summary>
          <ul class="passed">
            {passed.map((code) => (
              <li key={code}>{FINDING_NAMES[code]}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** What could not be looked at in some stream, each rule once. */
function unionOf(report: readonly StreamFindings[]): NotLookedAt[] {
  const all = new Map<string, NotLookedAt>();
  for (const { notLookedAt } of report) {
    for (const one of notLookedAt) all.set(`${one.lacks} ${one.code}`, one);
  }
  return [...all.values()];
}

/** Checks that were made in some stream and found nothing in any. */
function passedIn(report: readonly StreamFindings[]): StreamFindings['passed'] {
  const found = new Set(report.flatMap(({ findings }) => findings.map(({ code }) => code)));
  const missed = new Set(report.flatMap(({ notLookedAt }) => notLookedAt.map(({ code }) => code)));
  const passed = new Set(report.flatMap((one) => one.passed));
  return [...passed].filter((code) => !found.has(code) && !missed.has(code));
}
