import type { Software } from '../../shared/diagnosis/measures/software.ts';
import type { Finding } from '../../shared/diagnosis/model/finding.ts';
import type { Remedy } from '../../shared/text/remedies.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { sayPlace } from '../../shared/text/sayPlace.ts';

export interface FindingSectionProps {
  finding: Finding;
  severity: string;
  software: readonly Software[];
}

/** One finding: what is wrong, why it matters, how we know, and what helps. */
export function FindingSection({ finding, severity, software }: FindingSectionProps) {
  const { title, why, how, doubt, fix, remedies } = sayFinding(finding, software);
  const [first, ...others] = remedies;
  return (
    <section class="finding" data-finding={finding.code} data-severity={finding.severity}>
      <h3>
        {severity}: {title}
      </h3>
      <p>{why}</p>
      <p>
        <b>How we know:</b> {how}
      </p>
      {doubt && (
        <p>
          <b>Not certain:</b> {doubt}
        </p>
      )}
      <p>
        <b>What helps:</b> {fix}
      </p>
      {first && <RemedyText remedy={first} />}
      {others.length > 0 && (
        <details>
          <summary>In other software</summary>
          {others.map((remedy) => (
            <RemedyText key={remedy.label + remedy.text} remedy={remedy} />
          ))}
        </details>
      )}
      <details>
        <summary>Where it is seen</summary>
        <ul>
          {finding.evidence.map(sayPlace).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function RemedyText({ remedy: { label, text } }: { remedy: Remedy }) {
  return (
    <div class="remedy">
      <span class="note">{label}</span>
      <pre>{text}</pre>
    </div>
  );
}
