import type { Mark } from '../../../shared/session/types.ts';
import type { Theme } from '../../ui/theme.ts';
import { AXIS_HEIGHT, type Frame } from './frame.ts';

const MARK_LABELS: Partial<Record<Mark['kind'], string>> = { lost: 'data lost', clock: 'clock jumped' };

/** Draws the marks of the page across all lanes. */
export function drawMarks(
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
