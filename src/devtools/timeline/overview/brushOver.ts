import type { TimeRange } from '../../data/timeRange.ts';

/** A pointer that moves less chooses nothing, px. */
const STILL = 3;

/**
 * Follows a pointer that was pressed on the strip: what it is dragged over is a range of time.
 *
 * @param timeAt - the time at a place of the window, px from its left
 * @param show - gets the range under the pointer while it is dragged, undefined at its end
 * @param choose - gets the range at the end, when there is one
 */
export function brushOver(
  event: PointerEvent,
  timeAt: (clientX: number) => number,
  show: (range: TimeRange | undefined) => void,
  choose: (range: TimeRange) => void,
): void {
  const element = event.currentTarget as HTMLElement;
  element.setPointerCapture(event.pointerId);
  const start = event.clientX;
  const from = timeAt(start);
  let last: TimeRange | undefined;
  const move = (e: PointerEvent) => {
    const to = timeAt(e.clientX);
    const still = Math.abs(e.clientX - start) < STILL;
    last = still ? undefined : { from: Math.min(from, to), to: Math.max(from, to) };
    show(last);
  };
  element.addEventListener('pointermove', move);
  element.addEventListener(
    'pointerup',
    () => {
      element.removeEventListener('pointermove', move);
      show(undefined);
      if (last) choose(last);
    },
    { once: true },
  );
}
