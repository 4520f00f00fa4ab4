import { getter } from './reflect.ts';

/** Whether the window's frame was removed. */
export const isClosed = getter<Window, boolean>(globalThis as never, 'closed');
/** Its `document` may be read at any time: that property is the browser's alone. */
export const window = globalThis as unknown as Window & typeof globalThis;

export const setTimer = setTimeout.bind(window);
export const clearTimer = clearTimeout.bind(window);

const requestIdle = window.requestIdleCallback?.bind(window);
/** Calls back when the page has nothing to do, after `within` ms at the latest. */
export function whenIdle(work: () => void, within: number): void {
  if (requestIdle) requestIdle(work, { __proto__: null, timeout: within } as IdleRequestOptions);
  else work();
}

/** ms since the document's time origin, with fractions; never goes back. */
export const now = performance.now.bind(performance);
/** ms since the epoch. */
export const wallNow = Date.now;

export const visibilityState = getter<Document, string>(Document.prototype, 'visibilityState');
