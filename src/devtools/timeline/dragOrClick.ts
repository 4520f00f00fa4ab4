import type { TimelineStore } from './timelineStore.ts';

/** A pointer that moves less has clicked, px. */
const STILL = 3;

/**
 * Follows a pointer that was pressed on the canvas: a drag moves the view, a click chooses.
 *
 * @param width - of the canvas, px
 * @param click - gets the place in the canvas, px
 */
export function dragOrClick(
  event: PointerEvent,
  timeline: TimelineStore,
  width: number,
  click: (x: number, y: number) => void,
): void {
  const element = event.currentTarget as HTMLElement;
  element.setPointerCapture(event.pointerId);
  const start = { x: event.clientX, view: timeline.view.value };
  let moved = false;
  const move = (e: PointerEvent) => {
    const way = e.clientX - start.x;
    moved ||= Math.abs(way) > STILL;
    if (!moved) return;
    const by = (-way / width) * (start.view.to - start.view.from);
    timeline.setView({ from: start.view.from + by, to: start.view.to + by });
  };
  element.addEventListener('pointermove', move);
  element.addEventListener(
    'pointerup',
    (e) => {
      element.removeEventListener('pointermove', move);
      const box = element.getBoundingClientRect();
      if (!moved) click(e.clientX - box.left, e.clientY - box.top);
    },
    { once: true },
  );
}
