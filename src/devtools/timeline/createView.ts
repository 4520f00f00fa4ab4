import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { TimeRange } from '../data/timeRange.ts';
import { pan, showing, within, zoom } from './model/timeView.ts';

/** A view that follows the clock shows at most so much of a long session, ms. */
const LIVE_SPAN = 30_000;

/** Which part of a session is on show. */
export interface TimelineRange {
  /** The part on show. */
  view: ReadonlySignal<TimeRange>;
  /** New entries keep coming into view at its right end. */
  followsLive: ReadonlySignal<boolean>;
  setView(view: TimeRange): void;
  zoomAt(at: number, factor: number): void;
  panBy(ms: number): void;
  /** Everything on show, from the beginning to now. */
  fit(): void;
  followLive(): void;
  show(range: TimeRange): void;
}

/**
 * @param whole - from the beginning of the session to its end, or to now
 * @param live - it is being recorded
 */
export function createView(whole: ReadonlySignal<TimeRange>, live: ReadonlySignal<boolean>): TimelineRange {
  /** Undefined: everything. */
  const chosen = signal<TimeRange | undefined>(undefined);
  /** Length of the view that goes along with the clock; undefined: it stands still, or shows everything. */
  const liveSpan = signal<number | undefined>(undefined);

  const view = computed((): TimeRange => {
    const all = whole.value;
    if (liveSpan.value !== undefined) {
      return within({ from: all.to - liveSpan.value, to: all.to }, all);
    }
    return chosen.value ? within(chosen.value, all) : all;
  });

  function setView(next: TimeRange): void {
    const all = whole.value;
    const bounded = within(next, all);
    const isAll = bounded.from <= all.from && bounded.to >= all.to;
    liveSpan.value = undefined;
    chosen.value = isAll ? undefined : bounded;
  }

  return {
    view,
    followsLive: computed(() => live.value && (liveSpan.value !== undefined || chosen.value === undefined)),
    setView,
    zoomAt(at, factor) {
      const followed = liveSpan.value !== undefined;
      const next = zoom(view.value, whole.value, at, factor);
      setView(next);
      // Zooming does not end the following: the right end stays now.
      if (followed && chosen.value) liveSpan.value = next.to - next.from;
    },
    panBy: (ms) => setView(pan(view.value, whole.value, ms)),
    fit() {
      liveSpan.value = undefined;
      chosen.value = undefined;
    },
    followLive() {
      const span = view.value.to - view.value.from;
      const all = whole.value.to - whole.value.from;
      liveSpan.value = span < all ? span : Math.min(all, LIVE_SPAN);
    },
    show: (range) => setView(showing(range, whole.value)),
  };
}
