import { useCallback, useRef, useState } from 'preact/hooks';

/** The size of an element, px; 0 × 0 before it is known. Give `ref` to the element. */
export function useSize(): { width: number; height: number; ref: (element: Element | null) => void } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const observer = useRef<ResizeObserver | undefined>(undefined);
  const ref = useCallback((element: Element | null) => {
    observer.current?.disconnect();
    observer.current = undefined;
    if (!element) return;
    observer.current = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.current.observe(element);
  }, []);
  return { ...size, ref };
}
