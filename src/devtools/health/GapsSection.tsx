import type { Mark } from '../../shared/session/types.ts';
import { formatCount, formatTime } from '../../shared/text/units/format.ts';
import type { HealthReport } from '../query/healthOf.ts';
import { markText } from '../timeline/model/markText.ts';
import type { TimelineStore } from '../timeline/timelineStore.ts';
import { Plot } from '../ui/Plot.tsx';
import { GapsTable } from './GapsTable.tsx';
import { backOffText } from './healthText.ts';

/** Jumps of the clock that are told one by one: the last ones. */
const MOST_SHOWN = 20;
/** Points of a plot, the last ones. */
const MOST_PLOTTED = 300;

export interface GapsSectionProps {
  report: HealthReport;
  marks: readonly Mark[];
  timeline: TimelineStore;
}

/** The times without a connection, and the attempts to come back. */
export function GapsSection({ report, marks, timeline }: GapsSectionProps) {
  const { gaps, backOff } = report;
  const clockMarks = marks.filter(({ kind }) => kind === 'clock').slice(-MOST_SHOWN);
  const attempts = gaps.flatMap((gap) => gap.attempts).slice(-MOST_PLOTTED);
  return (
    <>
      <h2>
        Gaps <span class="count">{formatCount(report.gapCount)}</span>
      </h2>
      {report.gapCount > gaps.length && <p class="note">The last {formatCount(gaps.length)} of them.</p>}
      {clockMarks.map((mark) => (
        <p key={mark.at} class="note">
          {markText(mark)} (until {formatTime(mark.at)}): this is counted as no time.
        </p>
      ))}
      {gaps.length === 0 && <p class="fine">No time without a connection.</p>}
      {gaps.length > 0 && <GapsTable gaps={gaps} now={timeline.end.value} jumps={timeline.jumps.value} />}
      {attempts.length > 2 && (
        <Plot
          label="Wait before each attempt, and the expected one"
          xs={attempts.map((_, i) => i + 1)}
          series={[
            {
              label: 'waited',
              values: attempts.map(({ waited }) => waited / 1000),
              points: true,
              tone: 'accent',
            },
            {
              label: 'expected',
              values: attempts.map(({ expected }) => (expected === undefined ? null : expected / 1000)),
              tone: 'waiting',
            },
          ]}
          unit=" s"
        />
      )}
      {backOff && <p>Waits between attempts: {backOffText(backOff)}.</p>}
    </>
  );
}
