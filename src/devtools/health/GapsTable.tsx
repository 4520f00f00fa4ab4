import type { ClockJump } from '../../shared/session/clockJumps.ts';
import { sayError } from '../../shared/text/sayError.ts';
import { formatCount, formatDuration, formatTime } from '../../shared/text/units/format.ts';
import type { HealthReport } from '../query/healthOf.ts';
import { CAUSE_TEXTS, gapLength, lossText } from './healthText.ts';

/** Attempts of one gap that are told one by one: the last ones. */
const MOST_SHOWN = 20;

export interface GapsTableProps {
  gaps: HealthReport['gaps'];
  /** ms since the epoch. */
  now: number;
  jumps: readonly ClockJump[];
}

/** A row for each time without a connection. */
export function GapsTable({ gaps, now, jumps }: GapsTableProps) {
  return (
    <div class="scroll-x">
      <table class="facts gaps">
        <thead>
          <tr>
            <th title="Last byte before the gap">From</th>
            <th title="From the last byte to the first byte after">Length</th>
            <th>Cause</th>
            <th title="Requests made to come back, and how long each waited">Attempts</th>
            <th title="Last event ID before, as sent, and of the first event after">IDs</th>
            <th title="Proven by IDs that count up by one">Events</th>
          </tr>
        </thead>
        <tbody>
          {gaps.map((gap) => (
            <GapRow key={gap.from} gap={gap} now={now} jumps={jumps} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface GapRowProps extends Omit<GapsTableProps, 'gaps'> {
  gap: HealthReport['gaps'][number];
}

function GapRow({ gap, now, jumps }: GapRowProps) {
  return (
    <tr>
      <td class="time">{formatTime(gap.from)}</td>
      <td class="number">
        {formatDuration(gapLength(gap, now, jumps))}
        {gap.to === undefined && ' so far'}
      </td>
      <td title={CAUSE_TEXTS[gap.cause]}>
        {gap.cause}
        {gap.detail && `: ${sayError(gap.detail)}`}
      </td>
      <td>
        {gap.attemptCount > MOST_SHOWN && (
          <div>{formatCount(gap.attemptCount - MOST_SHOWN)} attempts, then</div>
        )}
        {gap.attempts.slice(-MOST_SHOWN).map((attempt) => (
          <div key={attempt.exchange}>
            {formatDuration(attempt.waited)}
            {attempt.expected !== undefined && ` (expected ${formatDuration(attempt.expected)})`} →{' '}
            {attempt.outcome}
          </div>
        ))}
      </td>
      <td class="mono">
        {gap.idBefore || '–'} → {gap.idSent === undefined ? '?' : gap.idSent || '–'} → {gap.idAfter || '–'}
      </td>
      <td>{lossText(gap)}</td>
    </tr>
  );
}
