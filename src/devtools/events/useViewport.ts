import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Viewport } from './visibleRange.ts';

/** Which part of the table's content is on the screen, px. */
export function useViewport(box: RefObject<HTMLDivElement | null>): [Viewport, (view: Viewport) => void] {
  const [view, setView] = useState<Viewport>({ scrollTop: 0, height: 300 });
  useLayoutEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() =>
      setView({ scrollTop: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [view, setView];
}
