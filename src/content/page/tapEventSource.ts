import { createLiveList } from './liveList.ts';
import {
  createList,
  descriptorOf,
  eventSourceState,
  eventSourceUrl,
  eventType,
  listen,
  messageData,
  messageId,
  NativeEventSource,
  now,
  privateMap,
  unlisten,
  window,
} from './natives.ts';
import type { Patches } from './patch.ts';
import type { Reporter } from './report.ts';
import { markStack, stackText } from './stack.ts';
import type { Tap } from './tap.ts';

const CONNECTING = 0;
const CLOSED = 2;
/** How long before `pagehide` a document closes its streams, ms. */
const GOING = 50;

/** What the tap knows of one EventSource. It hangs on the object itself: it dies with it. */
interface Watched {
  es: EventSource;
  /** Number in the session; 0 while it is not observed. */
  stream: number;
  /** Types that the page has added a listener for, in that order; `message` by `onmessage` too. */
  types: string[];
  /** What takes our own listeners off again. */
  stop: (() => void) | undefined;
  /** Our own listener for messages, while observed. */
  onMessage: ((event: MessageEvent) => void) | undefined;
  /** Types that it listens to. */
  heard: string[];
  over: boolean;
  /** The connection is open: the next thing that can go wrong is its loss. */
  open: boolean;
  /** When it failed for good; the document may turn out to be going. */
  failedAt: number;
}

/**
 * `EventSource`: its life cycle, the events that it dispatches, and the types that the page listens to.
 *
 * Our listener for a type is added just before the page's first one, so that a page's
 * `stopImmediatePropagation()` hides nothing, and the order of the page's own listeners stays.
 */
export function tapEventSource(patches: Patches, reporter: Reporter, nextStream: () => number): Tap {
  const watched = privateMap<object, Watched>();
  const live = createLiveList<Watched>();

  function hear(one: Watched, type: string): void {
    const onMessage = one.onMessage;
    if (!onMessage) return;
    for (let i = 0; i < one.heard.length; i++) if (one.heard[i] === type) return;
    one.heard[one.heard.length] = type;
    // `open` and `error` have their own listeners, which know a message of that name by its class.
    if (type !== 'open' && type !== 'error') listen(one.es, type, onMessage as (event: never) => void);
  }

  function observe(one: Watched, late: boolean, stack: string): void {
    const { es } = one;
    const stream = nextStream();
    one.stream = stream;
    one.heard = createList();
    reporter.fact({
      type: 'StreamOpened',
      stream,
      at: now(),
      transport: 'EventSource',
      method: 'GET',
      url: eventSourceUrl(es),
      stack,
      late,
    });
    if (late && eventSourceState(es) === 1) responded(one);

    function onMessage(event: MessageEvent): void {
      try {
        // What the page dispatches by itself is not of the stream.
        if (event.isTrusted) {
          reporter.event(stream, eventType(event), messageData(event) as string, messageId(event), now());
        }
      } catch {}
    }
    function onOpen(event: Event): void {
      try {
        if (!event.isTrusted) return;
        if (isMessage(event)) onMessage(event);
        else responded(one);
      } catch {}
    }
    function onError(event: Event): void {
      try {
        if (!event.isTrusted) return;
        if (isMessage(event)) {
          onMessage(event);
          return;
        }
        const final = eventSourceState(es) === CLOSED;
        const at = now();
        // An open connection that is lost is made again; only a document that goes closes it for good.
        const cause = !final ? 'disconnect' : one.open ? 'unload' : 'error';
        reporter.fact({ type: 'ExchangeEnded', stream, at, cause, final, error: '' });
        one.open = false;
        if (final) {
          one.over = true;
          one.failedAt = at;
        } else reporter.fact({ type: 'ExchangeStarted', stream, at });
      } catch {}
    }
    one.onMessage = onMessage;
    listen(es, 'open', onOpen as (event: never) => void);
    listen(es, 'error', onError as (event: never) => void);
    hear(one, 'message');
    for (let i = 0; i < one.types.length; i++) {
      hear(one, one.types[i]!);
      reporter.fact({ type: 'ListenerAdded', stream, at: now(), event: one.types[i]! });
    }
    one.stop = () => {
      one.stop = undefined;
      one.onMessage = undefined;
      one.stream = 0;
      unlisten(es, 'open', onOpen as (event: never) => void);
      unlisten(es, 'error', onError as (event: never) => void);
      for (let i = 0; i < one.heard.length; i++) {
        unlisten(es, one.heard[i]!, onMessage as (event: never) => void);
      }
    };
  }

  function responded(one: Watched): void {
    one.open = true;
    reporter.fact({
      type: 'ExchangeResponded',
      stream: one.stream,
      at: now(),
      status: 0,
      url: eventSourceUrl(one.es),
      headers: [],
    });
  }

  function pageListens(one: Watched, type: string): void {
    for (let i = 0; i < one.types.length; i++) if (one.types[i] === type) return;
    one.types[one.types.length] = type;
    hear(one, type);
    if (one.stream) reporter.fact({ type: 'ListenerAdded', stream: one.stream, at: now(), event: type });
  }

  if (!NativeEventSource || descriptorOf(window, 'EventSource')?.value !== NativeEventSource) return NO_TAP;

  const StandIn = patches.standInClass<EventSource>(NativeEventSource, (es) => {
    try {
      const one: Watched = {
        es,
        stream: 0,
        types: createList(),
        stop: undefined,
        onMessage: undefined,
        heard: createList(),
        over: false,
        open: false,
        failedAt: 0,
      };
      watched.set(es, one);
      reporter.streamSeen();
      live.add(one);
      if (reporter.wanted()) observe(one, false, stackText(markStack()));
    } catch {}
  });
  patches.value(window, 'EventSource', StandIn);
  const prototype = NativeEventSource.prototype;
  patches.value(prototype, 'constructor', StandIn);

  // A shadow of EventTarget's method on EventSource alone: no other object of the page is touched.
  const add = descriptorOf(EventTarget.prototype, 'addEventListener');
  if (add && !descriptorOf(prototype, 'addEventListener')) {
    patches.value(prototype, 'addEventListener', add.value);
    patches.method(prototype, 'addEventListener', (native, self, args) => {
      const one = watched.get(self);
      const type = args[0];
      if (one && typeof type === 'string' && args[1]) {
        try {
          pageListens(one, type);
        } catch {}
      }
      return native(self, args);
    });
  }
  for (const type of ['open', 'message', 'error']) {
    patches.accessor(prototype, `on${type}`, 'set', (native, self, args) => {
      const one = watched.get(self);
      if (one && typeof args[0] === 'function') {
        try {
          pageListens(one, type);
        } catch {}
      }
      return native(self, args);
    });
  }
  patches.method(prototype, 'close', (native, self, args) => {
    const one = watched.get(self);
    try {
      if (one?.stream && eventSourceState(self) !== CLOSED) {
        reporter.ended(one.stream, now(), 'close');
        one.over = true;
      }
    } catch {}
    return native(self, args);
  });

  return {
    start() {
      live.each((one) => {
        if (!one.stop && eventSourceState(one.es) !== CLOSED) observe(one, true, '');
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
        reporter.ended(
          one.stream,
          at,
          'unload',
          connecting ? 'The page went away while the stream was connecting.' : '',
        );
      });
    },
  };
}

function isMessage(event: Event): event is MessageEvent {
  try {
    messageData(event);
    return true;
  } catch {
    return false;
  }
}

/** Something else has replaced EventSource before us, or it is not there. */
const NO_TAP: Tap = { start() {}, stop() {}, unload() {} };
