/**
 * Where a page could lay hands on the work of a tap: through what is inherited, through classes that are looked up, through
 * who called whom. Runs in the page; every value is JSON, and must be the same with and without the extension.
 */

/**
 * The streams that everything below is done with.
 *
 * @param pipes - one is piped too
 */
async function useStreams(pipes = true): Promise<void> {
  const reader = (await fetch('/events?n=2')).body!.getReader();
  while (!(await reader.read()).done);
  await (await fetch(new Request('/events?n=2'))).text();
  if (pipes) await (await fetch('/events?n=1')).body!.pipeTo(new WritableStream());
  await fetch('/missing', { headers: { Accept: 'text/event-stream' } });
  await new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.responseType = 'arraybuffer';
    xhr.onloadend = resolve;
    xhr.open('GET', '/events?n=2');
    xhr.send();
  });
  await new Promise<void>((resolve) => {
    const es = new EventSource('/open?n=3');
    let seen = 0;
    es.addEventListener('tick', () => {
      if (++seen < 3) return;
      es.close();
      resolve();
    });
  });
  // What is gathered goes a moment later.
  await new Promise((resolve) => setTimeout(resolve, 300));
}

/** Names that are looked up in objects that descriptors, handlers, options and events are made of. */
const INHERITED = [
  ...[
    'bubbles',
    'cancelable',
    'composed',
    'data',
    'detail',
    'initData',
    'initDataType',
    'lastEventId',
    'origin',
    'ports',
    'source',
  ],
  ...['relatedTarget', 'view', 'sourceCapabilities', 'which', 'once', 'passive', 'signal', 'capture'],
  ...['get', 'set', 'value', 'writable', 'enumerable', 'configurable', 'apply', 'construct', 'has'],
  ...[
    'timeout',
    'readable',
    'writable',
    'start',
    'transform',
    'flush',
    'cancel',
    'readableType',
    'writableType',
  ],
  ...['highWaterMark', 'size', 'maxByteLength', 'preventCancel', 'mode', 'then', 'stack', 'type', 'kind'],
  ...['stream', 'session', 'facts', 'clock', 'at', 'url', 'method', 'status', 'fatal', 'ignoreBOM', 'toJSON'],
  ...['0', '1', '2'],
];

/** What of `Object.prototype` is read or written, as often as natively. */
export async function inheritedLookups(): Promise<Record<string, number>> {
  const seen: Record<string, number> = Object.create(null);
  const prototype = Object.prototype as Record<string, unknown>;
  const define = Reflect.defineProperty;
  for (const name of INHERITED) {
    define(prototype, name, {
      __proto__: null,
      configurable: true,
      get() {
        seen[name] = (seen[name] ?? 0) + 1;
        return undefined;
      },
      set(this: object, value: unknown) {
        seen[`${name} written`] = (seen[`${name} written`] ?? 0) + 1;
        define(this, name, {
          __proto__: null,
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        } as PropertyDescriptor);
      },
    } as PropertyDescriptor);
  }
  try {
    await useStreams();
  } finally {
    for (const name of INHERITED) delete prototype[name];
  }
  return { ...seen, names: INHERITED.length };
}

/** What setters of indexes of all lists are given. */
export async function arraySetters(): Promise<unknown[]> {
  const given: string[] = [];
  let on = true;
  for (let i = 0; i < 40; i++) {
    Object.defineProperty(Array.prototype, i, {
      configurable: true,
      get() {
        if (on) given[given.length] = `${i} read`;
        return undefined;
      },
      set(value) {
        on = false;
        Object.defineProperty(given, given.length, { value: `${i}: ${typeof value}`, configurable: true });
        Object.defineProperty(this, i, { value, writable: true, enumerable: true, configurable: true });
        on = true;
      },
    });
  }
  try {
    await useStreams();
  } finally {
    on = false;
    for (let i = 0; i < 40; i++) delete Array.prototype[i];
  }
  return [given.length, ...given];
}

/** Methods and accessors of the platform that the page has replaced by its own: how often each is called. */
export async function replacedNatives(): Promise<Record<string, number>> {
  const calls: Record<string, number> = {};
  const undo: (() => void)[] = [];
  const owners: [string, object, string[]][] = [
    ['Function', Function.prototype, ['call', 'apply', 'bind']],
    ['Array', Array.prototype, ['push', 'slice', 'map', 'forEach', 'concat']],
    ['Promise', Promise.prototype, ['then', 'catch', 'finally']],
    ['Event', Event.prototype, ['type', 'target', 'currentTarget', 'preventDefault']],
    ['MessageEvent', MessageEvent.prototype, ['data', 'lastEventId', 'ports', 'source']],
    ['EventTarget', EventTarget.prototype, ['dispatchEvent']],
    ['Transform', TransformStream.prototype, ['readable', 'writable']],
    ['Controller', TransformStreamDefaultController.prototype, ['enqueue']],
    ['Headers', Headers.prototype, ['get', 'forEach']],
    [
      'TypedArray',
      Object.getPrototypeOf(Uint8Array.prototype),
      ['length', 'byteLength', 'buffer', 'set', 'slice'],
    ],
    ['Map', WeakMap.prototype, ['get', 'set', 'has']],
    ['Ref', WeakRef.prototype, ['deref']],
    ['Decoder', TextDecoder.prototype, ['decode']],
    ['Performance', Performance.prototype, ['now']],
    ['Date', Date, ['now']],
    ['JSON', JSON, ['parse', 'stringify']],
    ['Reflect', Reflect, ['apply', 'construct', 'defineProperty', 'getOwnPropertyDescriptor']],
    ['Object', Object, ['defineProperty', 'getOwnPropertyDescriptor', 'setPrototypeOf']],
    ['String', String.prototype, ['indexOf', 'startsWith', 'toLowerCase', 'substring', 'split']],
    ['window', window, ['requestIdleCallback', 'clearTimeout']],
  ];
  const { getOwnPropertyDescriptor, defineProperty, apply } = Reflect;
  for (const [name, owner, keys] of owners) {
    for (const key of keys) {
      const before = getOwnPropertyDescriptor(owner, key);
      if (!before) continue;
      const counted = (native: unknown) =>
        typeof native !== 'function'
          ? native
          : function (this: unknown, ...args: unknown[]) {
              calls[`${name}.${key}`] = (calls[`${name}.${key}`] ?? 0) + 1;
              return apply(native as () => unknown, this, args);
            };
      const { value, get, ...flags } = before;
      defineProperty(
        owner,
        key,
        get ? { ...flags, get: counted(get) as () => unknown } : { ...flags, value: counted(value) },
      );
      undo.push(() => defineProperty(owner, key, before));
    }
  }
  try {
    // Chromium itself calls the page's `then`, for each stream that a pipe goes through.
    await useStreams(false);
  } finally {
    for (const back of undo) back();
  }
  // The probe's own.
  delete calls['window.clearTimeout'];
  return { ...calls, owners: owners.length };
}

/** Classes that the page has put in the place of others. */
export async function speciesLookups(): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  const native = Promise.prototype.constructor;
  const species = Object.getOwnPropertyDescriptor(Promise, Symbol.species)!;
  class Other<T> extends Promise<T> {}
  let lookups = 0;
  Object.defineProperty(Promise, Symbol.species, { configurable: true, get: () => Other });
  const promise = fetch('/events?n=1');
  seen['fetch() is of the species'] = promise instanceof Other;
  seen['read() is of the species'] = await promise.then(
    ({ body }) => body!.getReader().read() instanceof Other,
  );
  Object.defineProperty(Promise, Symbol.species, species);
  Object.defineProperty(Promise.prototype, 'constructor', {
    configurable: true,
    get() {
      lookups++;
      return native;
    },
  });
  const pending = fetch('/events?n=1');
  seen['constructor looked up by fetch()'] = lookups;
  await new Promise((resolve) => setTimeout(resolve, 200));
  seen['and later'] = lookups;
  Object.defineProperty(Promise.prototype, 'constructor', {
    configurable: true,
    writable: true,
    enumerable: false,
    value: native,
  });
  let thens = 0;
  const response = await pending;
  const reader = response.body!.getReader();
  await new Promise((resolve) => setTimeout(resolve, 50));
  Object.defineProperty(Object.prototype, 'then', {
    configurable: true,
    get() {
      thens++;
      return undefined;
    },
  });
  void reader.read();
  await new Promise((resolve) => setTimeout(resolve, 50));
  seen['then looked up by a read'] = thens;
  delete (Object.prototype as { then?: unknown }).then;
  return seen;
}

/** Whether the body of a response stays the same object, whichever way it is read. */
export async function bodyIdentity(): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  for (const how of ['text', 'json', 'arrayBuffer', 'blob', 'bytes', 'formData'] as const) {
    const response = await fetch('/events?n=2');
    const { body } = response;
    const pending = (response[how]() as Promise<unknown>).then(
      (value) => [typeof value, Object.prototype.toString.call(value), (value as Blob).type ?? ''],
      (error: Error) => [error.name, error.message],
    );
    const during = [response.bodyUsed, body!.locked, response.body === body];
    const cloned = (() => {
      try {
        return String(response.clone());
      } catch (error) {
        return (error as Error).name;
      }
    })();
    seen[how] = [during, cloned, await pending, response.body === body, body!.locked, response.bodyUsed];
    const first = await fetch('/reset');
    void first.body;
    seen[`${how} of what breaks`] = await (first[how]() as Promise<unknown>).then(
      () => 'read',
      (error: Error) => [error.name, error.message],
    );
    const abort = new AbortController();
    const third = await fetch(`/paced?n=50&every=20&identity=${how}`, { signal: abort.signal });
    void third.body;
    const aborted = (third[how]() as Promise<unknown>).then(
      () => 'read',
      (error) => (error instanceof Error ? [error.name, error.message] : error),
    );
    abort.abort({ mine: how });
    seen[`${how} of what is aborted`] = await aborted;
  }
  const text = await (await fetch('/events?n=2')).text();
  const response = await fetch('/events?n=2');
  seen['text of a shown body'] = response.body !== null && (await response.text()) === text;
  return seen;
}

/** Functions that stand in for others: what tells a Proxy. */
export function standIns(): Record<string, unknown> {
  const seen: Record<string, unknown> = {};
  const failing = (f: () => unknown): unknown => {
    try {
      return String(f());
    } catch (error) {
      return (error as Error).constructor.name;
    }
  };
  const functions: Record<string, object> = {
    fetch,
    EventSource,
    close: EventSource.prototype.close,
    open: XMLHttpRequest.prototype.open,
    send: XMLHttpRequest.prototype.send,
    text: Response.prototype.text,
    read: ReadableStreamDefaultReader.prototype.read,
    body: Object.getOwnPropertyDescriptor(Response.prototype, 'body')!.get!,
  };
  for (const [name, f] of Object.entries(functions)) {
    seen[`cycle of ${name}`] = failing(() => Object.setPrototypeOf(f, Object.create(f)));
    seen[`cycle of ${name} by __proto__`] = failing(() => {
      // biome-ignore lint/suspicious/noProto: pages use it
      (f as { __proto__: unknown }).__proto__ = f;
    });
    seen[`cycle of ${name} by Reflect`] = Reflect.setPrototypeOf(f, Object.create(f));
    seen[`prototype of ${name}`] = failing(() => {
      const before = Object.getPrototypeOf(f);
      Object.setPrototypeOf(f, null);
      Object.setPrototypeOf(f, before);
      return Object.getPrototypeOf(f) === before;
    });
    seen[`caller of ${name}`] = failing(() => (f as { caller: unknown }).caller);
    seen[`arguments of ${name}`] = failing(() => (f as { arguments: unknown }).arguments);
  }
  return seen;
}

/** Whether a sloppy function of the page, called in the middle of a native one, sees a function that is not the page's. */
export async function strangeCallers(): Promise<Record<string, unknown>> {
  // A module is strict: a sloppy function has to be made.
  const make = new Function(`
    const seen = {};
    function url(name) {
      return { toString: function f() { seen[name] = f.caller; return '/events?n=1&caller'; } };
    }
    function sloppy() {
      fetch(url('fetch')).catch(() => {});
      new EventSource(url('EventSource')).close();
      const xhr = new XMLHttpRequest();
      xhr.open('GET', url('open'));
      return Object.entries(seen).map(([name, f]) => [name, f === null || f === sloppy]);
    }
    return sloppy();`) as () => unknown;
  return { callers: make() };
}

/** A frame that was removed: what the page kept of it is as it was. */
export async function removedFrame(): Promise<Record<string, unknown>> {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const w = frame.contentWindow as Window & typeof globalThis;
  const kept = { EventSource: w.EventSource, fetch: w.fetch, open: w.XMLHttpRequest.prototype.open };
  const es = new w.EventSource('/paced?n=100&every=10&removed');
  await new Promise((resolve) => {
    es.addEventListener('tick', resolve);
  });
  frame.remove();
  // Whatever the frame still does, is done by then.
  new kept.EventSource('/events?n=1&removed').close();
  await new Promise((resolve) => setTimeout(resolve, 400));
  return {
    EventSource: w.EventSource === kept.EventSource,
    fetch: w.fetch === kept.fetch,
    open: w.XMLHttpRequest.prototype.open === kept.open,
    state: es.readyState,
  };
}

Object.assign(globalThis, {
  inheritedLookups,
  arraySetters,
  replacedNatives,
  speciesLookups,
  bodyIdentity,
  standIns,
  strangeCallers,
  removedFrame,
});
