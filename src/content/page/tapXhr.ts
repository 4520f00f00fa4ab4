import { createLiveList } from './liveList.ts';
import {
  absoluteUrl,
  bufferBytes,
  byteLength,
  createList,
  eventType,
  hrefOf,
  indexOf,
  isUrl,
  listen,
  min,
  now,
  privateMap,
  setTimer,
  startsWith,
  subarray,
  substring,
  toLowerCase,
  unlisten,
  xhrHeader,
  xhrHeaders,
  xhrReadyState,
  xhrResponse,
  xhrResponseText,
  xhrResponseType,
  xhrResponseUrl,
  xhrStatus,
} from './natives.ts';
import type { Patches } from './patch.ts';
import type { Reporter } from './report.ts';
import { markStack, stackText } from './stack.ts';
import type { Tap } from './tap.ts';

const HEADERS_RECEIVED = 2;
const DONE = 4;
const PIECE = 4 << 20;

/** What the tap knows of one XMLHttpRequest that was sent. */
interface Sent {
  xhr: XMLHttpRequest;
  method: string;
  url: string;
  at: number;
  stack: Error | undefined;
  /** It came from before the observation. */
  late: boolean;
  /** Number in the session; 0 until its response proves to be an event stream. */
  stream: number;
  /** UTF-16 units of the text that have been seen. */
  seen: number;
  over: boolean;
  stop: (() => void) | undefined;
}

/**
 * `XMLHttpRequest`: event streams that are read from its growing `responseText` (or at the end, from its
 * `response`). The text is looked at when the page is told of it, after the page's own handlers.
 */
export function tapXhr(patches: Patches, reporter: Reporter, nextStream: () => number): Tap {
  const opened = privateMap<XMLHttpRequest, { method: string; url: string }>();
  const sent = privateMap<XMLHttpRequest, Sent>();
  const live = createLiveList<Sent>();
  const prototype = XMLHttpRequest.prototype;

  patches.method(prototype, 'open', (native, self, args) => {
    const result = native(self, args);
    try {
      const url = args[1];
      opened.set(self as XMLHttpRequest, {
        method: typeof args[0] === 'string' ? args[0] : 'GET',
        url: typeof url === 'string' ? absoluteUrl(url) : isUrl(url) ? hrefOf(url) : '',
      });
    } catch {}
    return result;
  });

  patches.method(prototype, 'send', (native, self, args) => {
    try {
      const request = opened.get(self);
      const phase = reporter.phase();
      if (request && phase !== 'gone') {
        const before = sent.get(self);
        before?.stop?.();
        const one: Sent = {
          xhr: self as XMLHttpRequest,
          method: request.method,
          url: request.url,
          at: now(),
          stack: phase === 'asleep' ? undefined : markStack(),
          late: false,
          stream: 0,
          seen: 0,
          over: false,
          stop: undefined,
        };
        sent.set(one.xhr, one);
        live.add(one);
        if (phase !== 'asleep') observe(one);
      }
    } catch {}
    return native(self, args);
  });

  function observe(one: Sent): void {
    const { xhr } = one;
    function onChange(event: Event): void {
      try {
        if (!event.isTrusted) return;
        look(one);
        if (xhrReadyState(xhr) === DONE && !one.over) setTimer(onSilence, 0);
      } catch {}
    }
    /** Behind the filter of Firefox's wire tap, a response of another origin that breaks is done, and no event says how. */
    function onSilence(): void {
      try {
        if (xhrReadyState(xhr) === DONE) finish(one, 'error');
      } catch {}
    }
    function onEnd(event: Event): void {
      try {
        if (event.isTrusted) finish(one, eventType(event) as End);
      } catch {}
    }
    listen(xhr, 'readystatechange', onChange as (event: never) => void);
    for (let i = 0; i < ENDS.length; i++) listen(xhr, ENDS[i]!, onEnd as (event: never) => void);
    one.stop = () => {
      one.stop = undefined;
      one.stream = 0;
      unlisten(xhr, 'readystatechange', onChange as (event: never) => void);
      for (let i = 0; i < ENDS.length; i++) unlisten(xhr, ENDS[i]!, onEnd as (event: never) => void);
    };
    // In the middle of a response, when recording begins.
    if (xhrReadyState(xhr) >= HEADERS_RECEIVED) look(one);
  }

  /** The state changed, or there is more text. */
  function look(one: Sent): void {
    const { xhr } = one;
    const state = xhrReadyState(xhr);
    if (one.over || state < HEADERS_RECEIVED) return;
    if (!one.stream) {
      const type = xhrHeader(xhr, 'content-type');
      if (type === null || !startsWith(toLowerCase(type), 'text/event-stream')) {
        if (state >= HEADERS_RECEIVED && xhrStatus(xhr) !== 0) one.stop?.();
        return;
      }
      open(one);
    }
    readText(one);
  }

  function open(one: Sent): void {
    const { xhr } = one;
    // In a document that has not asked yet, this begins the observation of all taps.
    reporter.streamSeen();
    if (!reporter.wanted()) return;
    one.stream = nextStream();
    reporter.fact({
      type: 'StreamOpened',
      stream: one.stream,
      at: one.late ? now() : one.at,
      transport: 'XMLHttpRequest',
      method: one.method,
      url: one.url,
      stack: stackText(one.stack),
      late: one.late,
    });
    reporter.fact({
      type: 'ExchangeResponded',
      stream: one.stream,
      at: now(),
      status: xhrStatus(xhr),
      url: xhrResponseUrl(xhr),
      headers: headerList(xhrHeaders(xhr)),
    });
  }

  function readText(one: Sent): void {
    const type = xhrResponseType(one.xhr);
    if (!one.stream || (type !== '' && type !== 'text')) return;
    const text = xhrResponseText(one.xhr);
    if (text.length <= one.seen) return;
    const piece = one.seen === 0 ? text : substring(text, one.seen);
    one.seen = text.length;
    reporter.text(one.stream, piece, now());
  }

  function finish(one: Sent, how: End): void {
    if (one.over) return;
    look(one);
    one.over = true;
    if (one.stream) {
      if (how === 'load') readWhole(one);
      const cause = how === 'load' ? 'end' : how === 'abort' || how === 'loadend' ? 'abort' : 'error';
      reporter.ended(one.stream, now(), cause, how === 'timeout' ? 'The request’s own timeout ran out.' : '');
    }
    one.stop?.();
  }

  /** A response that is handed over only when it is complete. */
  function readWhole(one: Sent): void {
    const type = xhrResponseType(one.xhr);
    if (type === '' || type === 'text') return;
    if (type === 'arraybuffer') {
      const buffer = xhrResponse(one.xhr);
      if (!buffer) return;
      const bytes = bufferBytes(buffer as ArrayBuffer);
      const time = now();
      // In pieces that fit a message between processes.
      const length = byteLength(bytes);
      for (let from = 0; from < length; from += PIECE) {
        reporter.bytes(one.stream, subarray(bytes, from, min(from + PIECE, length)), 0, time);
      }
    } else {
      reporter.fact({
        type: 'DataLost',
        stream: one.stream,
        at: now(),
        count: 0,
        reason: 'responseType',
      });
    }
  }

  return {
    start() {
      live.each((one) => {
        if (one.over || one.stop || xhrReadyState(one.xhr) === DONE) return;
        one.late = xhrReadyState(one.xhr) >= HEADERS_RECEIVED;
        observe(one);
      });
    },
    stop() {
      live.each((one) => one.stop?.());
    },
    unload(at) {
      live.each((one) => {
        if (one.stream && !one.over) reporter.ended(one.stream, at, 'unload');
      });
    },
  };
}

/** When Firefox itself gives a request up, for a navigation or because the user stops it, `loadend` comes alone. */
const ENDS = ['load', 'error', 'abort', 'timeout', 'loadend'] as const;
type End = (typeof ENDS)[number];

/** `name: value` lines, as getAllResponseHeaders gives them. */
function headerList(text: string): [string, string][] {
  const headers = createList<[string, string]>();
  let from = 0;
  while (from < text.length) {
    let to = indexOf(text, '\r\n', from);
    if (to < 0) to = text.length;
    const line = substring(text, from, to);
    const colon = indexOf(line, ':');
    if (colon > 0) headers[headers.length] = [substring(line, 0, colon), substring(line, colon + 2)];
    from = to + 2;
  }
  return headers;
}
