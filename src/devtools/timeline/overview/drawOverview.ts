import type { Mark } from '../../../shared/session/types.ts';
import type { TimeRange } from '../../data/timeRange.ts';
import type { Theme } from '../../ui/theme.ts';
import { shadeOutside } from '../draw/shadeOutside.ts';
import type { Lane } from '../model/lane.ts';
import type { SessionCounts } from './useSessionCounts.ts';

/** Height of the strip, px. */
export const HEIGHT = 44;

/** Everything that the strip shows. */
export interface OverviewFrame {
  width: number;
  whole: TimeRange;
  /** What the timeline shows of it. */
  view: TimeRange;
  /** The chosen time. */
  range: TimeRange | undefined;
  counts: SessionCounts | undefined;
  lanes: readonly Lane[];
  /** Of the page. */
  marks: readonly Mark[];
  /** Up to when spans go that last, ms since the epoch. */
  end: number;
}

/** Draws the strip: how many entries came when, what went wrong, marks, the chosen time, the view. */
export function drawOverview(context: CanvasRenderingContext2D, frame: OverviewFrame, theme: Theme): void {
  const { width, whole, view, range, counts, lanes, marks, end } = frame;
  const x = (time: number) => ((time - whole.from) / (whole.to - whole.from)) * width;
  if (counts) {
    const most = Math.log2(1 + counts.sum.reduce((max, one) => Math.max(max, one), 1));
    const span = (counts.range.to - counts.range.from) / counts.sum.length;
    context.fillStyle = theme.accent;
    counts.sum.forEach((count, i) => {
      if (count === 0) return;
      const left = x(counts.range.from + i * span);
      const right = x(counts.range.from + (i + 1) * span);
      const tall = Math.max(2, (Math.log2(1 + count) / most) * (HEIGHT - 12));
      context.fillRect(left, HEIGHT - tall, Math.max(1, right - left - 0.5), tall);
    });
  }
  for (const lane of lanes) drawTroubles(context, lane, x, end, theme);
  context.fillStyle = theme.text2;
  for (const mark of marks) context.fillRect(Math.round(x(mark.at)), 0, 1, HEIGHT);
  if (range) shadeOutside(context, x(range.from), x(range.to), width, HEIGHT, theme);
  if (view.from > whole.from || view.to < whole.to) {
    context.strokeStyle = theme.text2;
    context.strokeRect(x(view.from) + 0.5, 0.5, Math.max(2, x(view.to) - x(view.from)) - 1, HEIGHT - 1);
  }
}

/** What went wrong, above the entries: of what falls on one px, the first is drawn. */
function drawTroubles(
  context: CanvasRenderingContext2D,
  { spans, present, points }: Lane,
  x: (time: number) => number,
  end: number,
  theme: Theme,
): void {
  let drawn = -Infinity;
  const draw = (from: number, to: number, color: string): void => {
    const left = x(from);
    const right = Math.max(left + 3, x(to));
    if (right < drawn + 1) return;
    drawn = right;
    context.fillStyle = color;
    context.fillRect(left, 2, right - left, 4);
  };
  for (const { kind, at } of points) if (kind === 'error') draw(at, at, theme.bad);
  for (const list of [spans, present]) {
    drawn = -Infinity;
    for (const { kind, from, to = end } of list) {
      if (kind === 'gap' || kind === 'stall') draw(from, to, kind === 'gap' ? theme.bad : theme.waiting);
    }
  }
}
