/**
 * The only file of the page tap that reads a global. It runs before any script of the page; everything that the
 * tap needs later is taken here, so that a page which replaces `Promise.prototype.then` or `Array.prototype.push`
 * neither breaks the tap nor sees it.
 *
 * Habits follow for the rest of the tap: methods are called through these functions; lists have no prototype
 * ({@link createList}) and grow by index, never by push, spread or `for … of`; objects that the engine or the browser looks
 * a property up in (descriptors, handlers, init objects) have no prototype either. What is inherited belongs to the page.
 */

// Firefox runs the scripts of an extension that was reloaded in the pages that are open. The tap of before, whose
// bridge is gone, hears this and puts the natives back, before they are taken here.
globalThis.dispatchEvent(new Event('sse-scope:successor'));

type AnyFunction = (...args: never[]) => unknown;

export const NativeError = Error;

export const { apply, construct, defineProperty, deleteProperty, getPrototypeOf, setPrototypeOf } = Reflect;
/** The value that a Proxy's target has for a property. */
export const getProperty = Reflect.get;

const getOwnPropertyDescriptor = Reflect.getOwnPropertyDescriptor;
/** The descriptor of an own property, without a prototype. */
export function descriptorOf(object: object, name: PropertyKey): PropertyDescriptor | undefined {
  const descriptor = getOwnPropertyDescriptor(object, name);
  if (descriptor) setPrototypeOf(descriptor, null);
  return descriptor;
}

/** A list without a prototype: the page may have put setters of indexes onto that of all lists. */
export function createList<T>(): T[] {
  const list: T[] = [];
  setPrototypeOf(list, null);
  return list;
}

/** A method as a function whose first argument is `this`. */
function uncurry<T, A extends unknown[], R>(method: (this: T, ...args: A) => R): (self: T, ...args: A) => R {
  return (self, ...args) => apply(method, self, args) as R;
}

/** Stands for what this browser does not have. */
function missing(): never {
  throw new NativeError('not here');
}

/** Shared, for an accessor is called for every event: nobody outside this file can reach it. */
const NO_ARGUMENTS: never[] = [];

/** Reads an accessor of a prototype; throws when it is called where there is none. */
function getter<T, R>(prototype: T | undefined, name: keyof T & string): (self: unknown) => R {
  const get = (prototype && descriptorOf(prototype, name)?.get) ?? missing;
  return (self) => apply(get, self, NO_ARGUMENTS) as R;
}

/** Whether the window's frame was removed. */
export const isClosed = getter<Window, boolean>(globalThis as never, 'closed');
/** Its `document` may be read at any time: that property is the browser's alone. */
export const window = globalThis as unknown as Window & typeof globalThis;
export const NativeProxy = Proxy;
/** A page can be without it. */
export const NativeEventSource = window.EventSource as typeof EventSource | undefined;
export const NativeEventTarget = EventTarget;
export const NativeFocusEvent = FocusEvent;
export const NativeMessageEvent = MessageEvent;
/** A page can be without it. */
export const NativeMediaEncryptedEvent = window.MediaEncryptedEvent as typeof MediaEncryptedEvent | undefined;
export const NativeTransformStream = TransformStream;
export const NativeArrayBuffer = ArrayBuffer;
export const NativeUint8Array = Uint8Array;
export const NativeUint16Array = Uint16Array;
export const NativeUint32Array = Uint32Array;
export const NativeFloat64Array = Float64Array;
export const NativeWeakRef = WeakRef;
export const setTimer = setTimeout.bind(window);
export const clearTimer = clearTimeout.bind(window);

const requestIdle = window.requestIdleCallback?.bind(window);
/** Calls back when the page has nothing to do, after `within` ms at the latest. */
export function whenIdle(work: () => void, within: number): void {
  if (requestIdle) requestIdle(work, { __proto__: null, timeout: within } as IdleRequestOptions);
  else work();
}

/** ms since the document's time origin, with fractions; never goes back. */
export const now = performance.now.bind(performance);
/** ms since the epoch. */
export const wallNow = Date.now;

const NativePromise = Promise;
const then = uncurry(Promise.prototype.then) as <T>(
  promise: Promise<T>,
  onFulfilled: (value: T) => void,
  onRejected: (reason: unknown) => void,
) => void;

/**
 * Reacts to a promise that the browser made, and that the page does not get. Nothing of the page is asked for the class of
 * what `then` returns: without a prototype, the promise has no `constructor`.
 *
 * @param onFulfilled, onRejected - do not throw
 */
export function whenSettled<T>(
  promise: Promise<T>,
  onFulfilled: (value: T) => void,
  onRejected: (reason: unknown) => void,
): void {
  setPrototypeOf(promise, null);
  then(promise, onFulfilled, onRejected);
}

const THEN_IS_NOTHING = { __proto__: null, value: undefined, configurable: true } as PropertyDescriptor;

/**
 * A promise for the page in the place of one that the browser made. (A reaction beside that one would mark its rejection
 * as handled, and so swallow the page's `unhandledrejection`.)
 *
 * @param onFulfilled - sees the value; what it returns is the page's. When it throws, that is the page's too
 * @param onRejected - sees the reason
 */
export function derive<T, R>(
  promise: Promise<T>,
  onFulfilled: (value: T) => R,
  onRejected: (reason: unknown) => void,
): Promise<R> {
  return new NativePromise<R>((resolve, reject) => {
    whenSettled(
      promise,
      (value) => {
        let result: R;
        try {
          result = onFulfilled(value);
        } catch (reason) {
          reject(reason);
          return;
        }
        // The browser has looked `then` up once, as it natively does: a page that has put one there hears of no second time.
        const hides =
          typeof result === 'object' &&
          result !== null &&
          'then' in result &&
          !descriptorOf(result, 'then') &&
          defineProperty(result, 'then', THEN_IS_NOTHING);
        resolve(result);
        if (hides) deleteProperty(result as object, 'then');
      },
      (reason) => {
        onRejected(reason);
        reject(reason);
      },
    );
  });
}

const weakMapGet = uncurry(WeakMap.prototype.get);
const weakMapSet = uncurry(WeakMap.prototype.set);
/** A WeakMap whose methods are out of the page's reach. */
export function privateMap<K extends object, V>(): {
  get(key: unknown): V | undefined;
  set(key: K, value: V): void;
} {
  const map = new WeakMap<K, V>();
  return {
    get: (key) => weakMapGet(map, key as object) as V | undefined,
    set: (key, value) => void weakMapSet(map, key, value),
  };
}

const weakRefDeref = uncurry(WeakRef.prototype.deref);
export function deref<T extends object>(ref: WeakRef<T>): T | undefined {
  return weakRefDeref(ref) as T | undefined;
}

export const parseJson = JSON.parse;
export const listen = uncurry(EventTarget.prototype.addEventListener) as (
  target: EventTarget,
  type: string,
  listener: (event: never) => void,
  options?: boolean,
) => void;
export const unlisten = uncurry(EventTarget.prototype.removeEventListener) as typeof listen;
/** @returns false when a listener has prevented its default */
export const dispatch = uncurry(EventTarget.prototype.dispatchEvent);

export const toLowerCase = uncurry(String.prototype.toLowerCase);
export const startsWith = uncurry(String.prototype.startsWith) as (text: string, start: string) => boolean;
export const substring = uncurry(String.prototype.substring) as (
  text: string,
  from: number,
  to?: number,
) => string;
export const indexOf = uncurry(String.prototype.indexOf) as (
  text: string,
  part: string,
  from?: number,
) => number;
export const isView = ArrayBuffer.isView;
export const { max, min } = Math;

const typedArray = getPrototypeOf(Uint8Array.prototype) as Uint8Array;
export const setBytes = uncurry(typedArray.set) as (
  target: Uint8Array,
  source: Uint8Array,
  at: number,
) => void;
/** Makes a buffer larger in place: one that was made with `maxByteLength`. */
export const arrayBuffer = getter<Uint8Array, ArrayBuffer>(typedArray, 'buffer');
const arrayOffset = getter<Uint8Array, number>(typedArray, 'byteOffset');
const arrayLength = getter<Uint8Array, number>(typedArray, 'byteLength');
const viewBuffer = getter<DataView, ArrayBuffer>(DataView.prototype, 'buffer');
const viewOffset = getter<DataView, number>(DataView.prototype, 'byteOffset');
const viewLength = getter<DataView, number>(DataView.prototype, 'byteLength');
const tagOf = getter<Uint8Array, string | undefined>(typedArray, Symbol.toStringTag as never);
/** The bytes under any view, a DataView included; nothing when it is no view or its buffer has gone elsewhere. */
export function bytesOf(view: unknown): Uint8Array | undefined {
  if (!isView(view)) return undefined;
  try {
    const tag = tagOf(view);
    if (tag === 'Uint8Array') return view as Uint8Array;
    return tag === undefined
      ? new NativeUint8Array(viewBuffer(view), viewOffset(view), viewLength(view))
      : new NativeUint8Array(arrayBuffer(view), arrayOffset(view), arrayLength(view));
  } catch {
    return undefined;
  }
}
/** A part of an array, its buffer shared. Not by `subarray`, which asks the page for the class of the result. */
export function subarray(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new NativeUint8Array(arrayBuffer(bytes), arrayOffset(bytes) + from, to - from);
}
/** A copy in a buffer of its own. Not by `slice`, for the same reason. */
export const copyBytes = (bytes: Uint8Array): Uint8Array => new NativeUint8Array(bytes);
export const bufferBytes = (buffer: ArrayBuffer): Uint8Array => new NativeUint8Array(buffer);
export const byteLength = arrayLength;

export const eventType = getter<Event, string>(Event.prototype, 'type');
export const messageData = getter<MessageEvent, unknown>(MessageEvent.prototype, 'data');
export const messageId = getter<MessageEvent, string>(MessageEvent.prototype, 'lastEventId');
export const wasPersisted = getter<PageTransitionEvent, boolean>(PageTransitionEvent.prototype, 'persisted');
export const visibilityState = getter<Document, string>(Document.prototype, 'visibilityState');

export const eventSourceState = getter<EventSource, number>(NativeEventSource?.prototype, 'readyState');
export const eventSourceUrl = getter<EventSource, string>(NativeEventSource?.prototype, 'url');

export const requestUrl = getter<Request, string>(Request.prototype, 'url');
export const requestMethod = getter<Request, string>(Request.prototype, 'method');
export const requestHeaders = getter<Request, Headers>(Request.prototype, 'headers');
export const requestSignal = getter<Request, AbortSignal>(Request.prototype, 'signal');
export const signalAborted = getter<AbortSignal, boolean>(AbortSignal.prototype, 'aborted');
export const responseBody = getter<Response, ReadableStream | null>(Response.prototype, 'body');
export const responseBodyUsed = getter<Response, boolean>(Response.prototype, 'bodyUsed');
export const responseHeaders = getter<Response, Headers>(Response.prototype, 'headers');
export const responseStatus = getter<Response, number>(Response.prototype, 'status');
export const responseUrl = getter<Response, string>(Response.prototype, 'url');
export const cloneResponse = uncurry(Response.prototype.clone);
export const responseBuffer = uncurry(Response.prototype.arrayBuffer);
export const blobBuffer = uncurry(Blob.prototype.arrayBuffer);
const NativeTextDecoder = TextDecoder;
const decode = uncurry(TextDecoder.prototype.decode) as (decoder: TextDecoder, bytes: ArrayBuffer) => string;
/** The text that `Response.text()` makes of these bytes. */
export const textOf = (bytes: ArrayBuffer): string => decode(new NativeTextDecoder(), bytes);
export const headerValue = uncurry(Headers.prototype.get);
export const eachHeader = uncurry(Headers.prototype.forEach) as (
  headers: Headers,
  callback: (value: string, name: string) => void,
) => void;

export const streamLocked = getter<ReadableStream, boolean>(ReadableStream.prototype, 'locked');
export const sinkLocked = getter<WritableStream, boolean>(WritableStream.prototype, 'locked');
export const getReader = uncurry(ReadableStream.prototype.getReader as () => ReadableStreamDefaultReader);
export const readChunk = uncurry(ReadableStreamDefaultReader.prototype.read) as (
  reader: ReadableStreamDefaultReader,
) => Promise<{ done: boolean; value?: unknown }>;
export const pipeTo = uncurry(ReadableStream.prototype.pipeTo) as (
  stream: ReadableStream,
  sink: WritableStream,
) => Promise<void>;
export const readableSide = getter<TransformStream, ReadableStream>(TransformStream.prototype, 'readable');
export const writableSide = getter<TransformStream, WritableStream>(TransformStream.prototype, 'writable');
export const enqueueChunk = uncurry(TransformStreamDefaultController.prototype.enqueue) as (
  controller: TransformStreamDefaultController,
  chunk: unknown,
) => void;
/** The prototype of what `for await` reads a ReadableStream by, where the browser has it. */
export const streamIterator =
  'values' in ReadableStream.prototype
    ? (getPrototypeOf(apply(ReadableStream.prototype.values as AnyFunction, new ReadableStream(), [])) as {
        next: AnyFunction;
        return: AnyFunction;
      })
    : undefined;

const xhr = XMLHttpRequest.prototype;
export const xhrReadyState = getter<XMLHttpRequest, number>(xhr, 'readyState');
export const xhrStatus = getter<XMLHttpRequest, number>(xhr, 'status');
export const xhrResponseType = getter<XMLHttpRequest, string>(xhr, 'responseType');
export const xhrResponseText = getter<XMLHttpRequest, string>(xhr, 'responseText');
export const xhrResponse = getter<XMLHttpRequest, unknown>(xhr, 'response');
export const xhrResponseUrl = getter<XMLHttpRequest, string>(xhr, 'responseURL');
export const xhrHeader = uncurry(xhr.getResponseHeader);
export const xhrHeaders = uncurry(xhr.getAllResponseHeaders);

/** Absolute form of a URL as the document would resolve it; the text itself when it is none. */
const NativeURL = URL;
const urlHref = getter<URL, string>(URL.prototype, 'href');
const baseURI = getter<Node, string>(Node.prototype, 'baseURI');
export function absoluteUrl(url: string): string {
  try {
    return urlHref(new NativeURL(url, baseURI(window.document)));
  } catch {
    return url;
  }
}
export const isUrl = (value: unknown): value is URL => {
  try {
    urlHref(value);
    return true;
  } catch {
    return false;
  }
};
export const hrefOf = urlHref;

const inheritedStack = descriptorOf(Error.prototype, 'stack');
/** The call stack of an error, as the browser writes it. Firefox has an accessor for it, Chromium a property of its own. */
export function stackOf(error: Error): unknown {
  const stack = inheritedStack ?? descriptorOf(error, 'stack');
  return stack?.get ? apply(stack.get, error, NO_ARGUMENTS) : stack?.value;
}

const domErrorName = getter<DOMException, string>(DOMException.prototype, 'name');
const domErrorMessage = getter<DOMException, string>(DOMException.prototype, 'message');
/** Name of a DOMException ('AbortError', …); '' for any other value. */
export function errorName(reason: unknown): string {
  try {
    return domErrorName(reason);
  } catch {
    return '';
  }
}
/** The message of what was thrown, where that is the browser's own: a TypeError or a DOMException. */
export function errorMessage(reason: unknown): string {
  try {
    return domErrorMessage(reason);
  } catch {}
  const own =
    typeof reason === 'object' && reason !== null ? descriptorOf(reason, 'message')?.value : undefined;
  return typeof own === 'string' ? own : '';
}
