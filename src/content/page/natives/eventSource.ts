import { getter } from './reflect.ts';
import { window } from './window.ts';

/** A page can be without it. */
export const NativeEventSource = window.EventSource as typeof EventSource | undefined;

export const eventSourceState = getter<EventSource, number>(NativeEventSource?.prototype, 'readyState');
export const eventSourceUrl = getter<EventSource, string>(NativeEventSource?.prototype, 'url');

/** Values of `readyState`. */
export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSED = 2;
