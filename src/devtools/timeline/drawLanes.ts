import type { Mark } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { TimeRange } from '../data/timeRange.ts';
import type { Density } from '../query/density.ts';
import { type Theme, typeColor } from '../ui/theme.ts';
import { axisLabel } from './axisLabel.ts';
import { type Lane, type LanePoint, type LaneSpan, spanText } from './lanes.ts';
import { axisTimes } from './timeView.ts';

export const LANE_HEIGHT = 38;
export const AXIS_HEIGHT = 20;
/** Narrower spans, and distances between them, cannot be told apart, px. */
const NARROW = 2;
/** Points of one kind that are closer to each other would be drawn over each other, px. */
const APART = 3;
/** A narrower span has no room for words, px. */
const LEAST_LABEL = 30;

/** Everything that one frame of the timeline shows. */
export interface Frame {
  width: number;
  height: number;
  view: TimeRange;
  /** Up to when spans go that last, ms since the epoch. */
  now: number;
  /** Lanes on the screen, and where the first of them begins, px below the axis. */
  lanes: readonly Lane[];
  top: number;
  /** By stream. */
  densities: Record<string, Density>;
  marks: readonly Mark[];
  /** The chosen entry. */
  chosen: { stream: string; time: number } | undefined;
  chosenStream: string | undefined;
  range: TimeRange | undefined;
  hover: number | undefined;
  /** Where a replay is. */
  playhead: number | undefined;
}

export function drawLanes(context: CanvasRenderingContext2D, frame: Frame, theme: Theme): void {
  const { width, height, view, lanes, top, marks, range, hover, playhead } = frame;
  const x = (time: number) => ((time - view.from) / (view.to - view.from)) * width;
  context.font = theme.font;
  context.textBaseline = 'middle';

  const { times, step } = axisTimes(view, width);
  context.strokeStyle = theme.line;
  context.globalAlpha = 0.5;
  context.beginPath();
  for (const time of times) {
    const at = Math.round(x(time)) + 0.5;
    context.moveTo(at, AXIS_HEIGHT);
    context.lineTo(at, height);
  }
  context.stroke();
  context.globalAlpha = 1;

  context.save();
  context.beginPath();
  context.rect(0, AXIS_HEIGHT, width, height - AXIS_HEIGHT);
  context.clip();
  lanes.forEach((lane, i) => {
    drawLane(context, lane, AXIS_HEIGHT + top + i * LANE_HEIGHT, x, frame, theme);
  });
  context.restore();

  drawMarks(context, marks, x, frame, theme);
  if (range) shadeOutside(context, x(range.from), x(range.to), width, height, theme);
  context.fillStyle = theme.text2;
  for (const time of times) {
    const label = axisLabel(time, step);
    context.fillText(label, Math.round(x(time)) + 4, AXIS_HEIGHT / 2);
  }
  context.fillStyle = theme.line;
  context.fillRect(0, AXIS_HEIGHT - 1, width, 1);
  if (playhead !== undefined) {
    context.fillStyle = theme.accent;
    context.fillRect(Math.round(x(playhead)) - 1, AXIS_HEIGHT - 6, 2, height);
  }
  if (hover !== undefined) {
    context.fillStyle = theme.text2;
    context.fillRect(Math.round(x(hover)), AXIS_HEIGHT, 1, height);
  }
}

function drawLane(
  context: CanvasRenderingContext2D,
  lane: Lane,
  top: number,
  x: (time: number) => number,
  frame: Frame,
  theme: Theme,
): void {
  const { width } = frame;
  if (lane.streams.some(({ id }) => id === frame.chosenStream)) {
    context.fillStyle = theme.chosen;
    context.globalAlpha = 0.35;
    context.fillRect(0, top, width, LANE_HEIGHT);
    context.globalAlpha = 1;
  }
  const y = top + 5;
  const height = LANE_HEIGHT - 10;
  drawSpans(context, lane, (kind) => kind === 'open', x, y, height, frame, theme);
  for (const { id } of lane.streams) {
    const density = frame.densities[id];
    if (density) drawEntries(context, density, x, y, height, theme);
  }
  drawSpans(context, lane, (kind) => kind !== 'open', x, y, height, frame, theme);
  const drawn: Partial<Record<LanePoint['kind'], number>> = {};
  for (const { kind, at } of lane.points) {
    const px = x(at);
    if (px < -8 || px > width + 8) continue;
    if (Math.abs(px - (drawn[kind] ?? -Infinity)) < APART) continue;
    drawn[kind] = px;
    if (kind === 'error') drawCross(context, px, y + height / 2, theme.bad);
    else if (kind === 'reconnect') drawTriangle(context, px, y + height, theme.waiting);
    else {
      context.fillStyle = theme.text2;
      context.fillRect(px - 0.5, y, 1.5, height);
    }
  }
  const { chosen } = frame;
  if (chosen && lane.streams.some(({ id }) => id === chosen.stream)) {
    const px = x(chosen.time);
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    context.strokeRect(px - 4, top + 2, 8, LANE_HEIGHT - 4);
    context.lineWidth = 1;
  }
  context.fillStyle = theme.line;
  context.fillRect(0, top + LANE_HEIGHT - 1, width, 1);
}

/** Spans in view. Those that are too narrow to be told apart are drawn as one, as long as they follow each other closely. */
function drawSpans(
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

function drawEntries(
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

const MARK_LABELS: Partial<Record<Mark['kind'], string>> = { lost: 'data lost', clock: 'clock jumped' };

function drawMarks(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  x: (time: number) => number,
  { width, height, view }: Frame,
  theme: Theme,
): void {
  // A hidden, offline or frozen page is a span up to the mark that ends it.
  const open = new Map<string, number>();
  const shade = (from: number, to: number, label: string) => {
    const left = Math.max(0, x(from));
    const right = Math.min(width, x(to));
    if (right <= left) return;
    context.fillStyle = theme.text2;
    context.globalAlpha = 0.12;
    context.fillRect(left, AXIS_HEIGHT, right - left, height);
    context.globalAlpha = 1;
    if (right - left > context.measureText(label).width + 8)
      context.fillText(label, left + 4, AXIS_HEIGHT + 7);
  };
  for (const { kind, at, detail } of marks) {
    if (kind === 'visibility' && detail === 'hidden') open.set('hidden', at);
    else if (kind === 'visibility') end('hidden', at);
    else if (kind === 'offline') open.set('offline', at);
    else if (kind === 'online') end('offline', at);
    else if (kind === 'freeze') open.set('frozen', at);
    else if (kind === 'resume') end('frozen', at);
    else {
      const px = Math.round(x(at));
      if (px < 0 || px > width) continue;
      context.fillStyle = kind === 'lost' ? theme.bad : theme.accent;
      context.fillRect(px, AXIS_HEIGHT, 1, height);
      context.fillText(MARK_LABELS[kind] ?? kind, px + 3, height - 8);
    }
  }
  for (const [label, from] of open) shade(from, view.to, label);
  function end(label: string, at: number): void {
    const from = open.get(label);
    if (from !== undefined) shade(from, at, label);
    open.delete(label);
  }
}

export function shadeOutside(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  width: number,
  height: number,
  theme: Theme,
): void {
  context.fillStyle = theme.back;
  context.globalAlpha = 0.6;
  context.fillRect(0, 0, Math.max(0, left), height);
  context.fillRect(right, 0, Math.max(0, width - right), height);
  context.globalAlpha = 1;
  context.fillStyle = theme.accent;
  context.fillRect(left - 1, 0, 1, height);
  context.fillRect(right, 0, 1, height);
}

function drawCross(context: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 2.5;
  context.beginPath();
  context.moveTo(x - 4, y - 4);
  context.lineTo(x + 4, y + 4);
  context.moveTo(x + 4, y - 4);
  context.lineTo(x - 4, y + 4);
  context.stroke();
  context.lineWidth = 1;
}

function drawTriangle(context: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(x, y - 7);
  context.lineTo(x + 4, y);
  context.lineTo(x - 4, y);
  context.fill();
}
