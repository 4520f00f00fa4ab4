import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { readTheme } from '../ui/theme.ts';
import { drawLanes } from './draw/drawLanes.ts';
import type { Frame } from './draw/frame.ts';
import { prepareCanvas } from './draw/prepareCanvas.ts';

/** Draws the lanes on a canvas at each rendering. */
export function useDrawnLanes(canvas: RefObject<HTMLCanvasElement | null>, frame: Frame): void {
  useLayoutEffect(() => {
    const element = canvas.current!;
    const { width, height } = frame;
    const context = width > 0 && prepareCanvas(element, width, height);
    if (context) drawLanes(context, frame, readTheme(element));
  });
}
