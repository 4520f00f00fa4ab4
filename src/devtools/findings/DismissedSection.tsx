import { sayFinding } from '../../shared/text/sayFinding.ts';
import { shortUrl } from '../../shared/text/units/format.ts';
import { SeverityIcon } from '../ui/FindingMark.tsx';
import type { FindingGroup } from './groupFindings.ts';

export interface DismissedSectionProps {
  groups: readonly FindingGroup[];
  onBringBack(group: FindingGroup): void;
}

/** Findings that were put aside: they are told of, and come back when the user wants. */
export function DismissedSection({ groups, onBringBack }: DismissedSectionProps) {
  if (groups.length === 0) return null;
  return (
    <details class="dismissed">
      <summary>
        Dismissed <span class="count">{groups.length}</span>
      </summary>
      <ul>
        {groups.map((group) => {
          const { finding, stream, software } = group.occurrences[0];
          return (
            <li key={group.severity + group.code} data-dismissed={group.code}>
              <SeverityIcon severity={group.severity} />
              <span>{sayFinding(finding, software).title}</span>
              <span class="note">
                {group.occurrences.length > 1
                  ? `${group.occurrences.length} streams`
                  : shortUrl(stream.url, stream.documentUrl)}
              </span>
              <button type="button" class="link-button" onClick={() => onBringBack(group)}>
                Bring back
              </button>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
