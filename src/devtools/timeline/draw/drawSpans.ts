import type { Theme } from '../../ui/theme.ts';
import type { Lane, LaneSpan } from '../model/lane.ts';
import { spanText } from '../model/laneWords.ts';
import type { Frame } from './frame.ts';

/** Narrower spans, and distances between them, cannot be told apart, px. */
const NARROW = 2;
/** A narrower span has no room for words, px. */
const LEAST_LABEL = 30;

/** Spans in view. Those that are too narrow to be told apart are drawn as one, as long as they follow each other closely. */
export function drawSpans(
  context: CanvasRenderingContext2D,
  { spans, present, jumps }: Lane,
  wanted: (kind: LaneSpan['kind']) => boolean,
  x: (time: number) => number,
  y: number,
  height: number,
  frame: Frame,
  theme: Theme,
): void {
  const { view, now } = frame;
  const narrow = ((view.to - view.from) / frame.width) * NARROW;
  const draw = (span: LaneSpan): void =>
    drawSpan(context, span, () => spanText(span, now, jumps), x, y, height, frame, theme);
  for (const list of [spans, present]) {
    const runs: Partial<Record<LaneSpan['kind'], { from: number; to: number }>> = {};
    for (const span of list) {
      const { kind, from, to = now } = span;
      if (to < view.from || from > view.to || !wanted(kind)) continue;
      if (to - from >= narrow) {
        draw(span);
        continue;
      }
      const run = runs[kind];
      if (run && from >= run.from && from - run.to < narrow) run.to = Math.max(run.to, to);
      else {
        if (run) drawRun(context, kind, x(run.from), x(run.to), y, height, theme);
        runs[kind] = { from, to };
      }
    }
    for (const [kind, run] of Object.entries(runs)) {
      drawRun(context, kind as LaneSpan['kind'], x(run.from), x(run.to), y, height, theme);
    }
  }
}

/** Many narrow spans as one. */
function drawRun(
  context: CanvasRenderingContext2D,
  kind: LaneSpan['kind'],
  left: number,
  right: number,
  y: number,
  height: number,
  theme: Theme,
): void {
  const size = Math.max(right - left, 1.5);
  context.fillStyle = { open: theme.good, connecting: theme.waiting, gap: theme.bad, stall: theme.waiting }[
    kind
  ];
  if (kind === 'connecting') {
    context.fillRect(left, y + height / 2 - 2, size, 4);
    return;
  }
  context.globalAlpha = kind === 'open' ? 0.14 : 0.4;
  context.fillRect(left, y, size, height);
  context.globalAlpha = 1;
}

function drawSpan(
  context: CanvasRenderingContext2D,
  { kind, from, to }: LaneSpan,
  text: () => string,
  x: (time: number) => number,
  y: number,
  height: number,
  { width, now }: Frame,
  theme: Theme,
): void {
  const left = Math.max(-2, x(from));
  const right = Math.min(width + 2, x(to ?? now));
  const size = Math.max(right - left, 1.5);
  switch (kind) {
    case 'open':
      context.fillStyle = theme.good;
      context.globalAlpha = 0.14;
      context.fillRect(left, y, size, height);
      context.globalAlpha = 1;
      context.fillRect(left, y + height - 1, size, 1);
      return;
    case 'connecting':
      context.fillStyle = theme.waiting;
      context.fillRect(left, y + height / 2 - 2, size, 4);
      return;
    default: {
      const color = kind === 'gap' ? theme.bad : theme.waiting;
      context.save();
      context.beginPath();
      context.rect(left, y, size, height);
      context.clip();
      context.strokeStyle = color;
      context.globalAlpha = 0.55;
      context.beginPath();
      // Of a span that goes far beyond the screen only what is seen is hatched.
      for (let at = left - height; at < left + size; at += 6) {
        context.moveTo(at, y + height);
        context.lineTo(at + height, y);
      }
      context.stroke();
      context.globalAlpha = 1;
      context.strokeRect(left + 0.5, y + 0.5, size - 1, height - 1);
      const said = size > LEAST_LABEL ? text() : '';
      const label = context.measureText(said).width;
      if (said && label + 10 < size) {
        context.fillStyle = theme.back;
        context.fillRect(left + size / 2 - label / 2 - 3, y + height / 2 - 8, label + 6, 16);
        context.fillStyle = color;
        context.fillText(said, left + size / 2 - label / 2, y + height / 2);
      }
      context.restore();
    }
  }
}
