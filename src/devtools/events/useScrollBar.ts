import { useRef, useState } from 'preact/hooks';
import { createPace } from '../data/pace.ts';

/** While the end is followed, the scroll bar is brought up to date so often, ms: scrolling at each row costs frames. */
const SCROLL_BAR_EVERY = 1000;

/** The height that the scroll bar shows, and how far that was behind when it was brought up to date last, px. */
export interface ScrollBar {
  of: string;
  height: number;
  behind: number;
}

/**
 * @param of - the stream on show
 * @param fullHeight - of all rows, px
 * @param viewHeight - of the table, px
 */
export function useScrollBar(
  of: string,
  following: boolean,
  fullHeight: number,
  viewHeight: number,
): { readonly current: ScrollBar } {
  const [pace] = useState(() => createPace(SCROLL_BAR_EVERY));
  const bar = useRef<ScrollBar>({ of: '', height: 0, behind: 0 });
  const { height } = bar.current;
  const keeps =
    following && bar.current.of === of && height > viewHeight && height <= fullHeight && pace.wait() > 0;
  if (!keeps) {
    bar.current = { of, height: fullHeight, behind: fullHeight - height };
    pace.taken();
  }
  return bar;
}
