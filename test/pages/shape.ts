/**
 * What a page can see of the platform that the tap patches. Runs in the page; every value is JSON. The answers must be
 * the same with and without the extension, and again after it was removed.
 */

/** Every property of the patched objects: keys in their order, descriptor flags, names, lengths. */
export function platformShape(): Record<string, unknown> {
  const owners: Record<string, object> = {
    EventSource,
    'EventSource.prototype': EventSource.prototype,
    'Response.prototype': Response.prototype,
    'ReadableStream.prototype': ReadableStream.prototype,
    'ReadableStreamDefaultReader.prototype': ReadableStreamDefaultReader.prototype,
    'ReadableStreamBYOBReader.prototype': ReadableStreamBYOBReader.prototype,
    'ReadableStream iterator': Object.getPrototypeOf(new ReadableStream().values()) as object,
    'XMLHttpRequest.prototype': XMLHttpRequest.prototype,
    'EventTarget.prototype': EventTarget.prototype,
    'Promise.prototype': Promise.prototype,
  };
  const shape: Record<string, unknown> = {};
  for (const [name, owner] of Object.entries(owners)) {
    for (const key of Reflect.ownKeys(owner)) {
      const { value, get, set, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(
        owner,
        key,
      )!;
      const kind = (f: unknown) =>
        typeof f === 'function'
          ? [
              f.name,
              f.length,
              Object.getOwnPropertyNames(f).sort().join(),
              'prototype' in f,
              Object.getPrototypeOf(f) === Function.prototype,
            ]
          : typeof f;
      shape[`${name}.${String(key)}`] = [
        kind(value),
        kind(get),
        kind(set),
        writable,
        enumerable,
        configurable,
      ];
    }
  }
  for (const name of ['EventSource', 'fetch', 'Response', 'XMLHttpRequest']) {
    const d = Object.getOwnPropertyDescriptor(window, name)!;
    shape[`window.${name}`] = [
      d.value.name,
      d.value.length,
      d.writable,
      d.enumerable,
      d.configurable,
      Object.keys(d.value).join(),
    ];
  }
  shape['key order of window'] = Object.getOwnPropertyNames(window).filter((name) =>
    /EventSource|fetch|sse/i.test(name),
  );
  return shape;
}

/** How the patched functions print themselves. */
export function platformTexts(): Record<string, string> {
  return {
    fetch: String(fetch),
    EventSource: String(EventSource),
    close: String(EventSource.prototype.close),
    text: String(Response.prototype.text),
    getReader: String(ReadableStream.prototype.getReader),
    read: String(ReadableStreamDefaultReader.prototype.read),
    open: String(XMLHttpRequest.prototype.open),
    body: String(Object.getOwnPropertyDescriptor(Response.prototype, 'body')!.get),
    // Never patched.
    json: String(JSON.parse),
    headers: String(Object.getOwnPropertyDescriptor(Response.prototype, 'headers')!.get),
  };
}

/** How it behaves: identities, errors, order, trust. */
export async function platformBehaviour(): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  const failing = (f: () => unknown): unknown => {
    try {
      return ['no error', typeof f()];
    } catch (error) {
      return [(error as Error).constructor.name, (error as Error).name, error instanceof TypeError];
    }
  };
  const rejecting = async (f: () => Promise<unknown>): Promise<unknown> => {
    try {
      return ['no error', typeof (await f())];
    } catch (error) {
      return [Object.prototype.toString.call(error), (error as Error)?.name, error instanceof TypeError];
    }
  };
  const call = (f: unknown, self: unknown, ...args: unknown[]) =>
    Reflect.apply(f as () => unknown, self, args);

  // ── EventSource ──
  class Sub extends EventSource {
    extra = 1;
    override close(): void {
      super.close();
    }
  }
  const sub = new Sub('/open?shape=sub');
  seen.subclass = [
    sub instanceof Sub,
    sub instanceof EventSource,
    sub.extra,
    sub.constructor === Sub,
    Object.prototype.toString.call(sub),
  ];
  sub.close();
  seen['subclass closed'] = sub.readyState;
  const es = new EventSource('/open?n=2&shape=es', { withCredentials: true });
  seen.instance = [
    es instanceof EventSource,
    es instanceof EventTarget,
    es.constructor === EventSource,
    Object.getPrototypeOf(es) === EventSource.prototype,
    es.url,
    es.withCredentials,
    es.readyState,
    Object.keys(es).length,
  ];
  seen.constants = [
    EventSource.CONNECTING,
    EventSource.OPEN,
    EventSource.CLOSED,
    es.CONNECTING,
    es.OPEN,
    es.CLOSED,
  ];
  seen.constructorProperty = EventSource.prototype.constructor === EventSource;
  seen['without new'] = failing(() => call(EventSource, undefined, '/x'));
  seen['without arguments'] = failing(() => Reflect.construct(EventSource, []));
  seen['a bad URL'] = failing(() => new EventSource('http://[bad'));
  seen['Reflect.construct with another target'] =
    Object.getPrototypeOf(Reflect.construct(EventSource, ['/open?shape=r'], Array)) === Array.prototype;
  seen.handlers = [es.onmessage, es.onopen, es.onerror];
  const handler = () => {};
  es.onmessage = handler;
  seen['handler kept'] = es.onmessage === handler;
  es.onmessage = null;
  es.onmessage = 5 as never;
  seen['handler refused'] = es.onmessage;
  seen['addEventListener inherited'] = EventSource.prototype.addEventListener.name;
  seen['illegal close'] = failing(() => call(EventSource.prototype.close, {}));
  seen['illegal addEventListener'] = failing(() =>
    call(EventSource.prototype.addEventListener, {}, 'x', () => {}),
  );
  seen['addEventListener without a listener'] = failing(() => es.addEventListener('tick', null as never));
  const order: unknown[] = [];
  await new Promise<void>((resolve) => {
    es.onopen = (event) =>
      order.push(['onopen', event.isTrusted, event.target === es, event.constructor.name]);
    es.addEventListener('tick', (event) => {
      order.push([
        'first',
        event.isTrusted,
        (event as MessageEvent).data,
        (event as MessageEvent).lastEventId,
        (event as MessageEvent).origin === location.origin,
      ]);
      event.stopImmediatePropagation();
      if ((event as MessageEvent).data === '2') resolve();
    });
    es.addEventListener('tick', () => order.push('never'));
  });
  es.dispatchEvent(new MessageEvent('message', { data: 'own' }));
  seen['order of handlers'] = order;
  es.close();
  seen.closed = [es.readyState, es.url];

  // ── fetch ──
  seen['fetch without arguments'] = await rejecting(() => call(fetch, window) as Promise<unknown>);
  seen['fetch of a bad URL'] = await rejecting(() => fetch('http://[bad'));
  seen['fetch that is refused'] = await rejecting(() => fetch('http://127.0.0.1:9/'));
  seen['fetch on another object'] = await rejecting(async () => call(fetch, {}, '/events'));
  const reason = { mine: true };
  const aborted = AbortSignal.abort(reason);
  seen['fetch aborted before'] = await fetch('/events', { signal: aborted }).catch(
    (error) => error === reason,
  );
  const abort = new AbortController();
  const opened = await fetch('/open?shape=abort', {
    signal: abort.signal,
    headers: { Accept: 'text/event-stream' },
  });
  const pending = opened.body!.getReader();
  await pending.read();
  abort.abort(reason);
  seen['read of an aborted body'] = await pending.read().then(
    () => 'read',
    (error) => error === reason,
  );
  let got = 0;
  const getter = {
    get method() {
      got++;
      return 'GET';
    },
  };
  await (await fetch('/events?n=1', getter)).text();
  seen['getters of init run once'] = got;
  const promise = fetch('/events?n=1');
  seen['a promise'] = [promise instanceof Promise, promise.constructor === Promise];
  await (await promise).text();
  seen['unhandled rejection'] = await new Promise((resolve) => {
    addEventListener(
      'unhandledrejection',
      (event) => {
        event.preventDefault();
        resolve([event.reason instanceof TypeError, event.promise instanceof Promise]);
      },
      { once: true },
    );
    void fetch('http://127.0.0.1:9/');
  });

  // ── Response and its body ──
  const response = await fetch('/redirect');
  seen.response = [
    response.url.replace(/^.*\//, ''),
    response.redirected,
    response.status,
    response.type,
    response.bodyUsed,
    response.constructor === Response,
    Object.keys(response).length,
    response.body === response.body,
  ];
  const reader = response.body!.getReader();
  seen.locked = [response.body!.locked, response.bodyUsed];
  seen['second reader'] = failing(() => response.body!.getReader());
  seen['text of a locked body'] = await rejecting(() => response.text());
  seen['clone of a locked body'] = failing(() => response.clone());
  seen['pipeTo of a locked body'] = await rejecting(() => response.body!.pipeTo(new WritableStream()));
  seen['pipeThrough of a locked body'] = failing(() => response.body!.pipeThrough(new TextDecoderStream()));
  seen['tee of a locked body'] = failing(() => response.body!.tee());
  seen['cancel of a locked body'] = await rejecting(() => response.body!.cancel());
  const first = await reader.read();
  seen['a chunk'] = [Object.keys(first).join(), first.value instanceof Uint8Array, response.bodyUsed];
  reader.releaseLock();
  seen['read after release'] = await rejecting(() => reader.read());
  seen.unlocked = [response.body!.locked, response.bodyUsed];
  seen['text of a used body'] = await rejecting(() => response.text());
  const fresh = async () => fetch('/events?n=2');
  seen['pipeTo nothing'] = await rejecting(async () => (await fresh()).body!.pipeTo({} as never));
  seen['pipeThrough nothing'] = await rejecting(async () => (await fresh()).body!.pipeThrough({} as never));
  const sink = new WritableStream();
  sink.getWriter();
  const notPiped = await fresh();
  seen['pipeTo a locked sink'] = await rejecting(() => notPiped.body!.pipeTo(sink));
  seen['the source is still free'] = notPiped.body!.locked;
  seen['and can be read'] = (await notPiped.text()).length;
  const text = await fresh();
  seen['body after text'] = [(await text.text()).length, text.bodyUsed, text.body!.locked];
  seen['text twice'] = await rejecting(() => text.text());
  const branches = (await fresh()).body!.tee();
  seen.tee = [branches.length, Array.isArray(branches), branches[0] instanceof ReadableStream];
  const kept = await fresh();
  const copy = kept.clone();
  seen.clone = [
    copy instanceof Response,
    copy.url === kept.url,
    kept.bodyUsed,
    (await copy.text()) === (await kept.text()),
  ];
  seen['illegal text'] = await rejecting(async () => call(Response.prototype.text, {}));
  seen['illegal body'] = failing(() =>
    call(Object.getOwnPropertyDescriptor(Response.prototype, 'body')!.get, {}),
  );
  seen['illegal read'] = await rejecting(async () => call(ReadableStreamDefaultReader.prototype.read, {}));
  seen['illegal getReader'] = failing(() => call(ReadableStream.prototype.getReader, {}));
  seen['a mode that is none'] = failing(() => new ReadableStream().getReader({ mode: 'x' as never }));
  seen['values is asyncIterator'] =
    ReadableStream.prototype.values ===
    (ReadableStream.prototype as never as Record<symbol, unknown>)[Symbol.asyncIterator];
  seen['a null body'] = [
    (await fetch('/status?code=204')).body,
    await (await fetch('/status?code=204')).text(),
  ];
  const opaque = await fetch('/events?n=1', { mode: 'no-cors' });
  seen['no-cors'] = [opaque.type, opaque.status, opaque.body === null];
  const preventing = await fresh();
  const failingSink = new WritableStream({
    write() {
      throw new Error('full');
    },
  });
  seen.preventCancel = await rejecting(() => preventing.body!.pipeTo(failingSink, { preventCancel: true }));
  seen['preventCancel leaves the source'] = preventing.body!.locked;

  // ── XMLHttpRequest ──
  const states: unknown[] = [];
  await new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.onreadystatechange = (event) => {
      if (states.at(-1) !== xhr.readyState)
        states.push(xhr.readyState, event.isTrusted, event.constructor.name);
    };
    xhr.onloadend = resolve;
    xhr.open('GET', '/events?n=2');
    xhr.send();
  });
  seen['states of XHR'] = states;
  seen['illegal open'] = failing(() => call(XMLHttpRequest.prototype.open, {}, 'GET', '/'));
  seen['send before open'] = failing(() => new XMLHttpRequest().send());

  // ── hostile pages ──
  const pollution = Object.prototype as Record<string, unknown>;
  pollution.readableType = 'bytes';
  pollution.highWaterMark = 5;
  pollution.start = () => {
    throw new Error('polluted');
  };
  const polluted = fresh().then(({ body }) =>
    body!.pipeTo(new WritableStream({ start() {} }, { highWaterMark: 1 })),
  );
  seen['a polluted prototype'] = await rejecting(() => polluted);
  delete pollution.readableType;
  delete pollution.highWaterMark;
  delete pollution.start;
  return seen;
}

Object.assign(globalThis, { platformShape, platformTexts, platformBehaviour });
