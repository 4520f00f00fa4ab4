import type { PageErrorCode } from '../../../../shared/session/types.ts';
import { eventType, listen, unlisten } from '../../natives/eventTargets.ts';
import { now, setTimer } from '../../natives/window.ts';
import { DONE, HEADERS_RECEIVED, xhrReadyState } from '../../natives/xhr.ts';
import type { Reporter } from '../../report/reporter.ts';
import { readWhole, readXhr } from './readXhr.ts';
import type { SentXhr } from './sentXhr.ts';

/** When Firefox itself gives a request up, for a navigation or because the user stops it, `loadend` comes alone. */
const ENDS = ['load', 'error', 'abort', 'timeout', 'loadend'] as const;
type End = (typeof ENDS)[number];
type Listener = (event: never) => void;

/** Listens to a request that was sent, and reads its response when that is an event stream. */
export function observeXhr(one: SentXhr, reporter: Reporter, nextStream: () => number): void {
  const { xhr } = one;
  function onChange(event: Event): void {
    try {
      if (!event.isTrusted) return;
      readXhr(one, reporter, nextStream);
      if (xhrReadyState(xhr) === DONE && !one.over) setTimer(onSilence, 0);
    } catch {}
  }
  /** Behind the filter of Firefox's wire tap, a response of another origin that breaks is done, and no event says how. */
  function onSilence(): void {
    try {
      if (xhrReadyState(xhr) === DONE) finish(one, 'error', reporter, nextStream);
    } catch {}
  }
  function onEnd(event: Event): void {
    try {
      if (event.isTrusted) finish(one, eventType(event) as End, reporter, nextStream);
    } catch {}
  }
  listen(xhr, 'readystatechange', onChange as Listener);
  for (let i = 0; i < ENDS.length; i++) listen(xhr, ENDS[i]!, onEnd as Listener);
  one.stop = () => {
    one.stop = undefined;
    one.stream = 0;
    unlisten(xhr, 'readystatechange', onChange as Listener);
    for (let i = 0; i < ENDS.length; i++) unlisten(xhr, ENDS[i]!, onEnd as Listener);
  };
  // In the middle of a response, when recording begins.
  if (xhrReadyState(xhr) >= HEADERS_RECEIVED) readXhr(one, reporter, nextStream);
}

function finish(one: SentXhr, how: End, reporter: Reporter, nextStream: () => number): void {
  if (one.over) return;
  readXhr(one, reporter, nextStream);
  one.over = true;
  if (one.stream) {
    if (how === 'load') readWhole(one, reporter);
    const cause = how === 'load' ? 'end' : how === 'abort' || how === 'loadend' ? 'abort' : 'error';
    const error: PageErrorCode | '' = how === 'timeout' ? 'requestTimeout' : '';
    reporter.ended(one.stream, now(), cause, error);
  }
  one.stop?.();
}
