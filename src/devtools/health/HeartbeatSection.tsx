import type { Stream } from '../../shared/session/types.ts';
import { formatCount, formatDuration, formatTime } from '../../shared/text/units/format.ts';
import type { HealthReport } from '../query/healthOf.ts';
import { Plot } from '../ui/Plot.tsx';
import { heartbeatName } from './healthText.ts';

/** Points of a plot, the last ones. */
const MOST_PLOTTED = 300;

export interface HeartbeatSectionProps {
  report: HealthReport;
  stream: Stream;
  /** ms since the epoch. */
  now: number;
}

/** The sign of life that the server sends while it has nothing to say. */
export function HeartbeatSection({ report, stream, now }: HeartbeatSectionProps) {
  const { heartbeat } = report;
  const beats = (heartbeat?.times ?? []).slice(-MOST_PLOTTED);
  return (
    <>
      <h2>Heartbeat</h2>
      {heartbeat ? (
        <>
          <dl class="facts">
            <dt>By</dt>
            <dd>
              {heartbeatName(heartbeat)}, {formatCount(heartbeat.beats)} beats
            </dd>
            <dt title="Median of the time between two beats">Period</dt>
            <dd>{formatDuration(heartbeat.period)}</dd>
            <dt title="1.4826 × median absolute deviation of that time">Jitter</dt>
            <dd>±{formatDuration(heartbeat.jitter)}</dd>
            <dt>Missed</dt>
            <dd>
              {formatCount(heartbeat.missed.length)}
              {heartbeat.missed.length > 0 && `, the last one due at ${formatTime(heartbeat.missed.at(-1)!)}`}
            </dd>
            <dt>Last one</dt>
            <dd>
              {formatTime(heartbeat.lastAt)}
              {stream.state === 'open' && `, ${formatDuration(now - heartbeat.lastAt)} ago`}
            </dd>
            <dt title="An idle time-out must be longer than the period with its jitter and one missed beat">
              Survives
            </dt>
            <dd>idle time-outs over {formatDuration(2 * heartbeat.period + 3 * heartbeat.jitter)}</dd>
          </dl>
          {beats.length > 3 && (
            <Plot
              label={`Time between beats, one after the other; ${heartbeat.missed.length} missed`}
              xs={beats.slice(1).map((at) => at / 1000)}
              series={[
                {
                  label: 'since the beat before',
                  values: beats.slice(1).map((at, i) => (at - beats[i]!) / 1000),
                  points: true,
                },
                {
                  label: 'period',
                  values: beats.slice(1).map(() => heartbeat.period / 1000),
                  tone: 'waiting',
                },
              ]}
              time
              unit=" s"
            />
          )}
        </>
      ) : (
        <p>
          None was recognised.{' '}
          {stream.transport === 'EventSource' && report.commentsUnseen
            ? 'Comments cannot be seen without the wire.'
            : 'Proxies cut connections that are silent, often after 60 s.'}
        </p>
      )}
    </>
  );
}
