import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ROW_HEIGHT } from './rowHeight.ts';
import type { RowsStore } from './rowsStore.ts';
import type { ScrollBar } from './useScrollBar.ts';
import { scrollToRow, type Viewport } from './visibleRange.ts';

/** Scroll events come so late after we scrolled, ms. */
const OUR_SCROLL = 300;

export interface TableScrollOptions {
  box: RefObject<HTMLDivElement | null>;
  rows: RowsStore;
  /** The stream on show. */
  of: string;
  view: Viewport;
  setView(view: Viewport): void;
  bar: { readonly current: ScrollBar };
  /** How many rows are drawn. */
  total: number;
}

/** Keeps the last row in sight while the end is followed, and tells the user's scrolling from ours. */
export function useTableScroll({ box, rows, of, view, setView, bar, total }: TableScrollOptions): {
  onScroll(): void;
  /** A hand on the wheel, the scroll bar or the screen: what scrolls for so many ms is the user's doing. */
  onHand(ms: number): void;
} {
  /** Until when scrolling is our own doing, and the user's, ms; and where it was. */
  const scrolling = useRef({ ours: 0, users: 0, top: 0 });
  const following = rows.following.value;
  const { height } = bar.current;

  useLayoutEffect(() => {
    if (!following) return;
    box.current!.scrollTop = height;
    scrolling.current.ours = performance.now() + OUR_SCROLL;
  }, [following, height, of, view.height]);

  // Who scrolls up goes on from the row that was on show.
  const followed = useRef(following);
  useLayoutEffect(() => {
    if (followed.current && !following && bar.current.behind > 0)
      box.current!.scrollTop += bar.current.behind;
    followed.current = following;
  }, [following]);

  // The chosen row stays in sight when the detail opens below it.
  const chosen = rows.chosen.value;
  const chosenRow = chosen === undefined ? -1 : rows.rowOf(chosen);
  useLayoutEffect(() => {
    if (chosenRow < 0) return;
    const element = box.current!;
    element.scrollTop = scrollToRow(chosenRow, rows.total.value, ROW_HEIGHT, {
      scrollTop: element.scrollTop,
      height: element.clientHeight,
    });
  }, [chosen, chosenRow >= 0, view.height]);

  function onScroll(): void {
    const element = box.current!;
    const state = scrolling.current;
    const before = state.top;
    state.top = element.scrollTop;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < ROW_HEIGHT;
    const now = performance.now();
    const byUser = now < state.users || now > state.ours;
    if (rows.following.value) {
      // What is on show is known already.
      if (atEnd) return;
      if (!byUser || element.scrollTop >= before) {
        element.scrollTop = element.scrollHeight;
        return;
      }
      rows.following.value = false;
    } else if (atEnd && total > 0 && element.scrollTop > before) rows.following.value = true;
    setView({ scrollTop: element.scrollTop, height: element.clientHeight });
  }

  return {
    onScroll,
    onHand(ms) {
      scrolling.current.users = performance.now() + ms;
    },
  };
}
