import type { Theme } from '../../ui/theme.ts';
import type { Lane, LanePoint } from '../model/lane.ts';
import { drawEntries } from './drawEntries.ts';
import { drawSpans } from './drawSpans.ts';
import { type Frame, LANE_HEIGHT } from './frame.ts';
import { drawCross, drawTriangle } from './shapes.ts';

/** Points of one kind that are closer to each other would be drawn over each other, px. */
const APART = 3;

/** Draws one lane: its states, its entries, what happened, the chosen entry. */
export function drawLane(
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
