import { useRef } from 'preact/hooks';
import type { ReadRows } from './useReadRows.ts';

/**
 * How many rows are drawn. What comes while the end is followed is drawn once, when its rows have been read. The number
 * never becomes less by that: the browser would scroll up.
 *
 * @param of - the stream on show
 * @param all - how many rows there are
 */
export function useDrawnTotal(of: string, following: boolean, read: ReadRows, all: number): number {
  const drawn = useRef({ of: '', total: 0 });
  const known = drawn.current.of === of ? Math.min(drawn.current.total, all) : 0;
  const total = following && read.of === of && read.total < all ? Math.max(read.total, known) : all;
  drawn.current = { of, total };
  return total;
}
