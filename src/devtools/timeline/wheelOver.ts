import type { TimelineStore } from './timelineStore.ts';

/**
 * A turn of the wheel zooms around the pointer; with Shift, or sideways, it moves the view. Alt is the browser's.
 *
 * @param width - of the canvas, px
 * @param timeAt - the time at a place of the canvas, px from its left
 */
export function wheelOver(
  event: WheelEvent,
  timeline: TimelineStore,
  width: number,
  timeAt: (x: number) => number,
): void {
  const view = timeline.view.value;
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const horizontal = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (event.shiftKey || horizontal) {
    timeline.panBy(((horizontal ? event.deltaX : event.deltaY) / width) * (view.to - view.from));
  } else if (event.ctrlKey || event.metaKey || !event.altKey) {
    timeline.zoomAt(timeAt(event.clientX - box.left), 1.0015 ** event.deltaY);
  } else return;
  event.preventDefault();
}
