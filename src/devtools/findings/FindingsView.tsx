import type { Severity } from '../../shared/diagnosis/model/finding.ts';
import { formatCount } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import { copyText } from '../ui/copyText.ts';
import { ChecksSection } from './ChecksSection.tsx';
import { copiedFindings } from './copiedFindings.ts';
import { DismissedSection } from './DismissedSection.tsx';
import { FindingCard } from './FindingCard.tsx';
import type { FindingsStore } from './findingsStore.ts';
import type { FindingGroup } from './groupFindings.ts';
import type { OpenPlace } from './PlaceLink.tsx';

const HEADINGS: [severity: Severity, heading: string][] = [
  ['error', 'Errors'],
  ['warning', 'Warnings'],
  ['note', 'Notes'],
];

export interface FindingsViewProps {
  data: PanelData;
  findings: FindingsStore;
  onOpen: OpenPlace;
  /** Streams that look broken in the list, and no finding says why. */
  unexplained: number;
}

/** What is wrong with all streams of the session, the worst first. */
export function FindingsView({ data, findings, onOpen, unexplained }: FindingsViewProps) {
  const report = findings.report.value;
  const kept = findings.kept.value;
  const leftOut = findings.leftOut.value;
  if (!report) return <div class="page findings" role="tabpanel" tabIndex={0} aria-label="Findings" />;
  const copy = (groups: readonly FindingGroup[]) =>
    void copyText(copiedFindings(data.session.value, groups, report));
  return (
    <div class="page findings" role="tabpanel" tabIndex={0} aria-label="Findings">
      <div class="page-bar">
        <p class="findings-summary">{summaryOf(findings.counts.value, report.length)}</p>
        <button
          type="button"
          class="text-button"
          data-action="copy-findings"
          disabled={kept.length === 0}
          title="All findings as Markdown, for an issue"
          onClick={() => copy(kept)}
        >
          Copy as Markdown
        </button>
      </div>
      {leftOut > 0 && (
        <p class="note">
          The last {formatCount(report.length)} streams: {formatCount(leftOut)} older ones were not looked at.
        </p>
      )}
      {HEADINGS.map(([severity, heading]) => {
        const own = kept.filter((group) => group.severity === severity);
        return (
          own.length > 0 && (
            <section key={severity}>
              <h2>
                {heading} <span class="count">{findings.counts.value[severity]}</span>
              </h2>
              {own.map((group) => (
                <FindingCard
                  key={group.code}
                  group={group}
                  chosen={data.stream.value?.id}
                  onOpen={onOpen}
                  onChoose={({ id }) => data.chooseStream(id)}
                  onCopy={(one) => copy([one])}
                  onDismiss={findings.dismiss}
                />
              ))}
            </section>
          )
        );
      })}
      <DismissedSection groups={findings.dismissed.value} onBringBack={findings.bringBack} />
      <ChecksSection report={report} unexplained={unexplained} />
    </div>
  );
}

/** 2 errors, 1 warning and 3 notes in 5 streams */
function summaryOf(counts: Readonly<Record<Severity, number>>, streams: number): string {
  const parts = (['error', 'warning', 'note'] as const)
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${formatCount(counts[severity])} ${severity}${counts[severity] === 1 ? '' : 's'}`);
  const where = `in ${formatCount(streams)} ${streams === 1 ? 'stream' : 'streams'}`;
  return parts.length === 0 ? `No findings ${where}` : `${new Intl.ListFormat('en').format(parts)} ${where}`;
}
