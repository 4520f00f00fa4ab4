import type { Theme } from '../../ui/theme.ts';

/** Makes what is outside of a range of time pale. `left` and `right` are its ends, px. */
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
