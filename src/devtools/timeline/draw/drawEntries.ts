import { EntryKind } from '../../../shared/sse/types.ts';
import type { Density } from '../../query/density.ts';
import { type Theme, typeColor } from '../../ui/theme.ts';

/** Draws entries one by one while there is room, else how many fall into each bar. */
export function drawEntries(
  context: CanvasRenderingContext2D,
  { from, to, counts, comments, problems, ticks }: Density,
  x: (time: number) => number,
  y: number,
  height: number,
  theme: Theme,
): void {
  if (ticks) {
    for (const { time, kind, type } of ticks) {
      const px = x(time);
      if (kind === EntryKind.event) {
        context.fillStyle = typeColor(type, theme);
        context.fillRect(px - 1, y + 4, 2, height - 5);
      } else if (kind === EntryKind.comment || kind === EntryKind.retry) {
        context.fillStyle = theme.text2;
        context.fillRect(px - 0.5, y + height - 9, 1.5, 8);
      } else {
        context.fillStyle = theme.bad;
        context.fillRect(px - 1.5, y + 1, 3, height - 2);
      }
    }
    return;
  }
  const most = Math.log2(1 + counts.reduce((max, one) => Math.max(max, one), 1));
  const span = (to - from) / counts.length;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0) continue;
    const left = x(from + i * span);
    const size = Math.max(1, x(from + (i + 1) * span) - left);
    // One is seen beside a thousand.
    const tall = Math.max(3, (Math.log2(1 + count) / most) * (height - 4));
    context.fillStyle = comments[i]! === count ? theme.text2 : theme.accent;
    context.fillRect(left, y + height - 1 - tall, size, tall);
    if (problems[i]! > 0) {
      context.fillStyle = theme.bad;
      context.fillRect(left, y, Math.max(size, 2), 3);
    }
  }
}
