import { createList } from '../../natives/reflect.ts';
import { indexOf, substring } from '../../natives/strings.ts';
import { bufferBytes, byteLength, min, subarray } from '../../natives/typedArrays.ts';
import { now } from '../../natives/window.ts';
import {
  HEADERS_RECEIVED,
  xhrHeader,
  xhrHeaders,
  xhrReadyState,
  xhrResponse,
  xhrResponseText,
  xhrResponseType,
  xhrResponseUrl,
  xhrStatus,
} from '../../natives/xhr.ts';
import type { Reporter } from '../../report/reporter.ts';
import { namesEventStream } from '../namesEventStream.ts';
import { stackText } from '../stack.ts';
import type { SentXhr } from './sentXhr.ts';

/** A message between processes holds at most so many bytes of a body. */
const PIECE = 4 << 20;

/** The state changed, or there is more text. */
export function readXhr(one: SentXhr, reporter: Reporter, nextStream: () => number): void {
  const { xhr } = one;
  const state = xhrReadyState(xhr);
  if (one.over || state < HEADERS_RECEIVED) return;
  if (!one.stream) {
    if (!namesEventStream(xhrHeader(xhr, 'content-type'))) {
      if (state >= HEADERS_RECEIVED && xhrStatus(xhr) !== 0) one.stop?.();
      return;
    }
    report(one, reporter, nextStream);
  }
  readText(one, reporter);
}

/** The response turns out to be an event stream. */
function report(one: SentXhr, reporter: Reporter, nextStream: () => number): void {
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

function readText(one: SentXhr, reporter: Reporter): void {
  const type = xhrResponseType(one.xhr);
  if (!one.stream || (type !== '' && type !== 'text')) return;
  const text = xhrResponseText(one.xhr);
  if (text.length <= one.seen) return;
  const piece = one.seen === 0 ? text : substring(text, one.seen);
  one.seen = text.length;
  reporter.text(one.stream, piece, now());
}

/** Reads a response that is handed over only when it is complete. */
export function readWhole(one: SentXhr, reporter: Reporter): void {
  const type = xhrResponseType(one.xhr);
  if (type === '' || type === 'text') return;
  if (type === 'arraybuffer') {
    const buffer = xhrResponse(one.xhr);
    if (!buffer) return;
    const bytes = bufferBytes(buffer as ArrayBuffer);
    const time = now();
    const length = byteLength(bytes);
    for (let from = 0; from < length; from += PIECE) {
      reporter.bytes(one.stream, subarray(bytes, from, min(from + PIECE, length)), 0, time);
    }
  } else {
    reporter.fact({ type: 'DataLost', stream: one.stream, at: now(), count: 0, reason: 'responseType' });
  }
}

/** Splits the `name: value` lines that getAllResponseHeaders gives. */
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
