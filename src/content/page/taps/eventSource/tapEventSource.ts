import type { PageErrorCode } from '../../../../shared/session/types.ts';
import { CLOSED, CONNECTING, eventSourceState, NativeEventSource } from '../../natives/eventSource.ts';
import { descriptorOf } from '../../natives/reflect.ts';
import { privateMap } from '../../natives/weak.ts';
import { window } from '../../natives/window.ts';
import type { Patches } from '../../patch/patches.ts';
import type { Reporter } from '../../report/reporter.ts';
import { createLiveList } from '../liveList.ts';
import { markStack, stackText } from '../stack.ts';
import type { Tap } from '../tap.ts';
import { observeEventSource } from './observeEventSource.ts';
import { patchEventSource } from './patchEventSource.ts';
import { newWatched, type Watched } from './watchedEventSource.ts';

/** A document closes its streams up to this long before `pagehide`, ms. */
const GOING = 50;

/** Something else has replaced EventSource before us, or it is not there. */
const NO_TAP: Tap = { start() {}, stop() {}, unload() {} };

/**
 * `EventSource`: its life cycle, the events that it dispatches, and the types that the page listens to.
 *
 * Our listener for a type is added just before the page's first one, so that a page's
 * `stopImmediatePropagation()` hides nothing, and the order of the page's own listeners stays.
 */
export function tapEventSource(patches: Patches, reporter: Reporter, nextStream: () => number): Tap {
  if (!NativeEventSource || descriptorOf(window, 'EventSource')?.value !== NativeEventSource) return NO_TAP;
  const watched = privateMap<object, Watched>();
  const live = createLiveList<Watched>();

  const StandIn = patches.standInClass<EventSource>(NativeEventSource, (es) => {
    try {
      const one = newWatched(es);
      watched.set(es, one);
      reporter.streamSeen();
      live.add(one);
      if (reporter.wanted()) observeEventSource(one, reporter, nextStream(), false, stackText(markStack()));
    } catch {}
  });
  patches.value(window, 'EventSource', StandIn);
  const prototype = NativeEventSource.prototype;
  patches.value(prototype, 'constructor', StandIn);
  patchEventSource(patches, prototype, reporter, watched.get);

  return {
    start() {
      live.each((one) => {
        if (!one.stop && eventSourceState(one.es) !== CLOSED)
          observeEventSource(one, reporter, nextStream(), true, '');
      });
    },
    stop() {
      live.each((one) => one.stop?.());
    },
    unload(at) {
      live.each((one) => {
        // A connection attempt that fails because the document goes does so just before we hear of that.
        if (!one.stream || (one.over && at - one.failedAt > GOING)) return;
        const connecting = eventSourceState(one.es) === CONNECTING;
        const error: PageErrorCode | '' = connecting ? 'leftWhileConnecting' : '';
        reporter.ended(one.stream, at, 'unload', error);
      });
    },
  };
}
