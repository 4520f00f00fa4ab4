import type { Theme } from '../../ui/theme.ts';
import { axisTimes } from '../model/timeView.ts';
import { axisLabel } from './axisLabel.ts';
import { drawLane } from './drawLane.ts';
import { drawMarks } from './drawMarks.ts';
import { AXIS_HEIGHT, type Frame, LANE_HEIGHT } from './frame.ts';
import { shadeOutside } from './shadeOutside.ts';

/** Draws one frame of the timeline: grid, lanes, marks, the chosen range, the axis, playhead and pointer. */
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
