import type { Browser } from 'webextension-polyfill';
import { EVENTS, PAGE } from './recordedFacts.ts';

// biome-ignore lint/suspicious/noExplicitAny: listeners of every kind of event.
type Listener = (details: any) => unknown;

const NAMES = [
  'onBeforeRequest',
  'onSendHeaders',
  'onHeadersReceived',
  'onBeforeRedirect',
  'onResponseStarted',
  'onCompleted',
  'onErrorOccurred',
] as const;

/** The browser's `webRequest` events, fired by a test. */
export function fakeWebRequest(): {
  webRequest: Browser['webRequest'];
  fire(event: (typeof NAMES)[number], details?: object): unknown;
  listeners(): number;
} {
  const on = new Map<string, Set<Listener>>(NAMES.map((name) => [name, new Set()]));
  const webRequest = Object.fromEntries(
    NAMES.map((name) => [
      name,
      {
        addListener: (listener: Listener) => void on.get(name)!.add(listener),
        removeListener: (listener: Listener) => void on.get(name)!.delete(listener),
      },
    ]),
  );
  return {
    webRequest: webRequest as unknown as Browser['webRequest'],
    fire(event, details = {}) {
      const all = { ...EVENT, ...details };
      return [...on.get(event)!].map((listener) => listener(all))[0];
    },
    listeners: () => [...on.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

const EVENT = {
  requestId: '7',
  url: EVENTS,
  method: 'GET',
  tabId: 1,
  frameId: 0,
  timeStamp: 1000,
  documentUrl: PAGE,
  statusCode: 200,
  statusLine: 'HTTP/1.1 200 OK',
  fromCache: false,
};

export const streamHeaders = [{ name: 'Content-Type', value: 'text/event-stream' }];
