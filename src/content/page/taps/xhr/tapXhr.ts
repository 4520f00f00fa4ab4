import { absoluteUrl, hrefOf, isUrl } from '../../natives/resolveUrl.ts';
import { privateMap } from '../../natives/weak.ts';
import { now } from '../../natives/window.ts';
import { DONE, HEADERS_RECEIVED, xhrReadyState } from '../../natives/xhr.ts';
import type { Patches } from '../../patch/patches.ts';
import type { Reporter } from '../../report/reporter.ts';
import { createLiveList } from '../liveList.ts';
import { markStack } from '../stack.ts';
import type { Tap } from '../tap.ts';
import { observeXhr } from './observeXhr.ts';
import type { SentXhr } from './sentXhr.ts';

/**
 * `XMLHttpRequest`: event streams that are read from its growing `responseText` (or at the end, from its
 * `response`). The text is looked at when the page is told of it, after the page's own handlers.
 */
export function tapXhr(patches: Patches, reporter: Reporter, nextStream: () => number): Tap {
  const opened = privateMap<XMLHttpRequest, { method: string; url: string }>();
  const sent = privateMap<XMLHttpRequest, SentXhr>();
  const live = createLiveList<SentXhr>();
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
        const one: SentXhr = {
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
        if (phase !== 'asleep') observeXhr(one, reporter, nextStream);
      }
    } catch {}
    return native(self, args);
  });

  return {
    start() {
      live.each((one) => {
        if (one.over || one.stop || xhrReadyState(one.xhr) === DONE) return;
        one.late = xhrReadyState(one.xhr) >= HEADERS_RECEIVED;
        observeXhr(one, reporter, nextStream);
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
