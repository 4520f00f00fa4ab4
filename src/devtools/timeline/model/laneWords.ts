import { type ClockJump, elapsed } from '../../../shared/session/clockJumps.ts';
import { formatDuration } from '../../../shared/text/units/format.ts';
import type { LanePoint, LaneSpan } from './lane.ts';

/** What a span is, in words. */
export function spanText({ kind, from, to }: LaneSpan, now: number, jumps: readonly ClockJump[]): string {
  const length = formatDuration(elapsed(from, to ?? now, jumps));
  const soFar = to === undefined ? ' so far' : '';
  switch (kind) {
    case 'stall':
      return `silent for ${length}${soFar}`;
    case 'gap':
      return `gap, ${length}${soFar}`;
    default:
      return `${kind}, ${length}`;
  }
}

/** What happened, in words. */
export function pointText({ kind, detail, attempt, waited }: LanePoint): string {
  switch (kind) {
    case 'reconnect':
      return `attempt ${attempt}, after ${formatDuration(waited)}`;
    case 'close':
      return 'closed by the page';
    case 'end':
      return detail || 'ended by the server';
    case 'error':
      return detail;
  }
}
