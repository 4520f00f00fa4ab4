/** The tallest element that both browsers still place exactly, px. */
export const MAX_HEIGHT = 8_000_000;

export interface Viewport {
  scrollTop: number;
  height: number;
}

/** Which rows are on the screen, and where the first of them is drawn. */
export interface VisibleRange {
  first: number;
  /** After the last one. */
  end: number;
  /** Where row `first` begins, px from the top of the scrolled content. */
  top: number;
}

/** Height of the scrolled content: the rows' own, or as much as a browser can place. */
export function contentHeight(rows: number, rowHeight: number): number {
  return Math.min(rows * rowHeight, MAX_HEIGHT);
}

/**
 * Rows on the screen. Where the rows are taller together than {@link MAX_HEIGHT}, the way of the scroll bar is
 * mapped to the way through the rows: its ends are the first and the last row.
 */
export function visibleRange(rows: number, rowHeight: number, view: Viewport, overscan = 4): VisibleRange {
  const full = rows * rowHeight;
  const drawn = contentHeight(rows, rowHeight);
  const way = Math.max(0, drawn - view.height);
  const scrollTop = Math.min(Math.max(0, view.scrollTop), way);
  const offset = full > drawn && way > 0 ? (scrollTop / way) * (full - view.height) : scrollTop;
  const first = Math.max(0, Math.floor(offset / rowHeight) - overscan);
  const end = Math.min(rows, Math.ceil((offset + view.height) / rowHeight) + overscan);
  return { first, end, top: scrollTop - (offset - first * rowHeight) };
}

/** Where to scroll so that a row is on the screen: not at all when it is, by the shortest way otherwise. */
export function scrollToRow(row: number, rows: number, rowHeight: number, view: Viewport): number {
  const full = rows * rowHeight;
  const drawn = contentHeight(rows, rowHeight);
  const way = Math.max(0, drawn - view.height);
  const fullWay = Math.max(0, full - view.height);
  const scale = fullWay > 0 ? way / fullWay : 0;
  const offset = scale > 0 ? view.scrollTop / scale : 0;
  const top = row * rowHeight;
  if (top < offset) return top * scale;
  if (top + rowHeight > offset + view.height) return Math.min(way, (top + rowHeight - view.height) * scale);
  return view.scrollTop;
}
