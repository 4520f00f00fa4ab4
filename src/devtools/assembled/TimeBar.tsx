import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { beganAt } from '../../shared/session/exchangeTimes.ts';
import { formatDuration } from '../../shared/text/units/format.ts';
import type { AssembledReport } from '../query/assembledReader.ts';

/** A part of the time that an answer took. */
export interface TimePart {
  kind: 'answering' | 'reasoning' | 'waiting';
  label: string;
  ms: number;
}

/**
 * How long the client waited, the model reasoned, and the answer took: from the request to the last output. Times are those of
 * chunks, so the first two are upper bounds.
 */
export function timeParts({ times }: AssembledReport, exchange: ExchangeOutline | undefined): TimePart[] {
  const { firstOutput, firstText, lastOutput, lastEvent } = times;
  const begin = exchange && beganAt(exchange);
  const parts: TimePart[] = [];
  const first = firstOutput ?? lastEvent;
  if (begin !== undefined && first !== undefined) {
    parts.push({ kind: 'waiting', label: 'until the first output', ms: Math.max(0, first - begin) });
  }
  if (firstOutput === undefined || lastOutput === undefined) return parts;
  const text = firstText ?? lastOutput;
  if (text > firstOutput)
    parts.push({ kind: 'reasoning', label: 'before the first text', ms: text - firstOutput });
  if (lastOutput > text) parts.push({ kind: 'answering', label: 'of answering', ms: lastOutput - text });
  return parts;
}

/** The parts of the time, drawn to scale, with their lengths in words. */
export function TimeBar({
  report,
  exchange,
}: {
  report: AssembledReport;
  exchange: ExchangeOutline | undefined;
}) {
  if (exchange?.timesFrom === 'estimate') {
    return <p class="note">The file does not tell when anything came: times of the answer are not known.</p>;
  }
  const parts = timeParts(report, exchange);
  const total = parts.reduce((sum, { ms }) => sum + ms, 0);
  if (total === 0) return null;
  const { longestPause } = report;
  return (
    <div class="time-bar">
      <div class="time-bar-parts" aria-hidden="true">
        {parts.map(({ kind, ms }) => (
          <span key={kind} class={kind} style={{ flexGrow: ms }} />
        ))}
      </div>
      <p>
        {parts.map(({ kind, ms, label }, i) => (
          <span key={kind} class={`time-bar-label ${kind}`}>
            {i > 0 && ', '}
            {formatDuration(ms)} {label}
          </span>
        ))}
        {longestPause && longestPause.ms > 1000 && `; longest pause ${formatDuration(longestPause.ms)}`}
      </p>
    </div>
  );
}
