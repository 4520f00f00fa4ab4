import type { BackOff } from '../../shared/diagnosis/measures/backOff.ts';
import type { GapCause } from '../../shared/diagnosis/measures/gapCause.ts';
import type { Gap } from '../../shared/diagnosis/measures/gaps.ts';
import type { Heartbeat } from '../../shared/diagnosis/measures/heartbeat.ts';
import { type ClockJump, elapsed } from '../../shared/session/clockJumps.ts';
import { formatCount, formatDuration } from '../../shared/text/units/format.ts';

export const CAUSE_TEXTS: Record<GapCause, string> = {
  end: 'The server ended the response',
  network: 'The network failed',
  status: 'The server answered with a status that ends a stream',
  type: 'The answer was no event stream',
  page: 'The page closed it',
  unload: 'The page went away',
  frozen: 'The browser froze the page',
  unsent: 'The browser refused it before a request was sent: a policy, mixed content, or another extension',
  offline: 'The client was off line',
  lost: 'The connection was lost; an end and a failure cannot be told apart here',
};

/** ms without a connection; in a jump of the clock no time passed. */
export function gapLength(gap: Pick<Gap, 'from' | 'to'>, now: number, jumps: readonly ClockJump[]): number {
  return elapsed(gap.from, gap.to ?? now, jumps);
}

/** Events lost and repeated, in a few words. */
export function lossText({
  lost,
  repeated,
  restarted,
}: Pick<Gap, 'lost' | 'repeated' | 'restarted'>): string {
  if (restarted) return 'not provable: the IDs began again';
  if (lost === 'not provable' && repeated === 'not provable') return 'not provable';
  const parts: string[] = [];
  if (lost === 'not provable') parts.push('losses not provable');
  else parts.push(lost === 0 ? 'none lost' : `${formatCount(lost)} lost`);
  if (repeated !== 'not provable' && repeated > 0) parts.push(`${formatCount(repeated)} repeated`);
  return parts.join(', ');
}

export function backOffText({ kind, first, factor }: BackOff): string {
  return kind === 'constant'
    ? `constant, ${formatDuration(first)}`
    : `exponential from ${formatDuration(first)}, × ${factor.toFixed(1)} each time`;
}

export function heartbeatName({ by }: Heartbeat): string {
  return by.kind === 'comment' ? 'comments' : `events of type ${by.type}`;
}
