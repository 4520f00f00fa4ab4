import type { TimeRange } from '../../data/timeRange.ts';

/** The range of time that a key makes of the chosen one: arrows move it, with Shift its end, plus and minus change its length. */
export function keyedRange(
  { key, shiftKey }: { key: string; shiftKey: boolean },
  { from, to }: TimeRange,
): TimeRange | undefined {
  const span = to - from;
  const by = { ArrowLeft: -0.1, ArrowRight: 0.1 }[key];
  if (by !== undefined) return { from: shiftKey ? from : from + by * span, to: to + by * span };
  if (key === '+' || key === '=') return { from: from + span * 0.1, to: to - span * 0.1 };
  if (key === '-') return { from: from - span * 0.12, to: to + span * 0.12 };
  return undefined;
}
