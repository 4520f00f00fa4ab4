import type { Bodies, Branch } from './bodies.ts';
import {
  blobBuffer,
  bufferBytes,
  cloneResponse,
  derive,
  descriptorOf,
  enqueueChunk,
  errorMessage,
  errorName,
  getReader,
  NativeTransformStream,
  parseJson,
  pipeTo,
  readableSide,
  readChunk,
  responseBody,
  responseBodyUsed,
  responseBuffer,
  sinkLocked,
  streamIterator,
  streamLocked,
  textOf,
  whenSettled,
  writableSide,
} from './natives.ts';
import type { Patches } from './patch.ts';

type ReadResult = { done: boolean; value?: unknown };

/**
 * Every way to read the body of a response that is known to be an event stream. The page holds native objects
 * only: what it reads is looked at on the way, and nothing of ours stands between it and the network (but for an
 * identity stream in `pipeThrough` and `pipeTo`, which give us nothing to look at).
 */
export function tapBody(patches: Patches, bodies: Bodies): void {
  const response = Response.prototype;
  const stream = ReadableStream.prototype;

  // ── Response ──

  patches.accessor(response, 'body', 'get', (native, self, args) => {
    const body = native(self, args) as ReadableStream | null;
    const branch = bodies.branchOf(self);
    if (branch && body) {
      branch.shown = true;
      if (!bodies.branchOf(body)) bodies.follow(body, branch);
    }
    return body;
  });

  patches.method(response, 'clone', (native, self, args) => {
    const branch = bodies.branchOf(self);
    const copy = native(self, args) as Response;
    if (branch) {
      // Cloning tees the body: both responses have a new stream, at the place where this one was.
      const own = branchAt(branch);
      bodies.follow(self as Response, own);
      const body = responseBody(self);
      if (body) bodies.follow(body, own);
      bodies.follow(copy, branchAt(branch));
    }
    return copy;
  });

  /** Reads a body that nobody has begun to read. `null`: it is no event stream, or not ours to read. */
  function unread(self: unknown): { branch: Branch; shown: boolean } | null {
    try {
      if (!bodies.any() || responseBodyUsed(self)) return null;
      const body = responseBody(self);
      if (!body || streamLocked(body)) return null;
      const branch = bodies.branchOf(self);
      if (branch) return { branch, shown: branch.shown };
      // `new Response(stream)` has the stream that it was given.
      const given = bodies.branchOf(body);
      return given ? { branch: given, shown: true } : null;
    } catch {
      return null;
    }
  }

  for (const name of ['text', 'json', 'arrayBuffer', 'blob', 'bytes', 'formData']) {
    patches.method(response, name, (native, self, args) => {
      const found = unread(self);
      if (!found) return native(self, args);
      const { branch, shown } = found;
      if (!bodies.wanted()) return awaitEnd(native, self, args, branch);
      // A clone would put another object in the place of a body that the page has.
      if (shown) return readResult(name, native, self, args, branch);
      readAlongside(self as Response, branch);
      return native(self, args);
    });
  }

  /** What reads a body to its end gives nothing to look at on the way: a native clone is read beside it. */
  function readAlongside(self: Response, branch: Branch): void {
    try {
      const copy = responseBody(cloneResponse(self));
      if (!copy) return;
      const reader = getReader(copy);
      const beside = branchAt(branch);
      const next = (): void => {
        whenSettled(
          readChunk(reader),
          (result) => {
            onRead(beside, result);
            if (!result.done) next();
          },
          (reason) => onReadFailed(beside, reason),
        );
      };
      next();
    } catch {}
  }

  /** Where nothing is recorded, there is nothing to read it for. Recording may begin before its end, and has not seen it. */
  function awaitEnd(
    native: (self: unknown, args: ArrayLike<unknown>) => unknown,
    self: unknown,
    args: ArrayLike<unknown>,
    branch: Branch,
  ): unknown {
    return derive(
      native(self, args) as Promise<unknown>,
      (result) => {
        bodies.lost(branch.body, 'responseType');
        bodies.end(branch.body, 'end');
        return result;
      },
      (reason) => onReadFailed(branch, reason),
    );
  }

  /** Looks at what the whole body gave, when it is there: all of it arrives at once. */
  function readResult(
    name: string,
    native: (self: unknown, args: ArrayLike<unknown>) => unknown,
    self: unknown,
    args: ArrayLike<unknown>,
    branch: Branch,
  ): unknown {
    const whole = (buffer: ArrayBuffer): void => {
      bodies.read(branch, bufferBytes(buffer));
      bodies.end(branch.body, 'end');
    };
    const failed = (reason: unknown): void => onReadFailed(branch, reason);
    // Text is read as bytes: "consume body" makes of them what it makes here, and they are exact.
    if (name === 'text' || name === 'json') {
      return derive(
        responseBuffer(self as Response),
        (buffer) => {
          whole(buffer);
          const text = textOf(buffer);
          return name === 'text' ? text : parseJson(text);
        },
        failed,
      );
    }
    return derive(
      native(self, args) as Promise<unknown>,
      (result) => {
        if (name === 'arrayBuffer') whole(result as ArrayBuffer);
        else if (name === 'blob') whenSettled(blobBuffer(result as Blob), whole, failed);
        else if (name === 'bytes') {
          bodies.read(branch, result);
          bodies.end(branch.body, 'end');
        }
        return result;
      },
      (reason) => {
        // An event stream is no form: the browser has read it, and we have not.
        if (name === 'formData') bodies.lost(branch.body, 'responseType');
        failed(reason);
      },
    );
  }

  // ── ReadableStream ──

  function followResult(native: (self: unknown, args: ArrayLike<unknown>) => unknown) {
    return (self: unknown, args: ArrayLike<unknown>): unknown => {
      const result = native(self, args);
      const branch = bodies.branchOf(self);
      if (branch) bodies.follow(result as object, branch);
      return result;
    };
  }
  patches.method(stream, 'getReader', (native, self, args) => followResult(native)(self, args));

  // "The @@asyncIterator property is the same function object as values": it must stay the same.
  const values = patches.method(stream, 'values', (native, self, args) => followResult(native)(self, args));
  if (values && descriptorOf(stream, Symbol.asyncIterator)) {
    patches.value(stream, Symbol.asyncIterator, values);
  }

  patches.method(stream, 'tee', (native, self, args) => {
    const result = native(self, args) as [ReadableStream, ReadableStream];
    const branch = bodies.branchOf(self);
    if (branch) {
      bodies.follow(result[0], branchAt(branch));
      bodies.follow(result[1], branchAt(branch));
    }
    return result;
  });

  patches.method(stream, 'cancel', (native, self, args) => {
    const branch = bodies.branchOf(self);
    if (branch && !isLocked(self)) bodies.end(branch.body, 'cancel');
    return native(self, args);
  });

  patches.method(stream, 'pipeThrough', (native, self, args) => {
    const branch = bodies.branchOf(self);
    if (!branch || isLocked(self)) return native(self, args);
    const pair = args[0] as ReadableWritablePair | null | undefined;
    if (typeof pair !== 'object' || pair === null || keepsSource(args[1]))
      return fall(native, self, args, branch);
    // Read once, as the native method would, and checked before our own pipe locks the stream.
    const { readable, writable } = pair;
    if (!isFreeSink(writable)) return native(self, [{ readable, writable }, args[1]]);
    return native(through(self as ReadableStream, branch), [{ readable, writable }, args[1]]);
  });

  patches.method(stream, 'pipeTo', (native, self, args) => {
    const branch = bodies.branchOf(self);
    if (!branch || isLocked(self) || !isFreeSink(args[0])) return native(self, args);
    if (keepsSource(args[1])) return fall(native, self, args, branch);
    return native(through(self as ReadableStream, branch), args);
  });

  /** Where a stream of ours in between would be noticed, nothing is observed, and that is said. */
  function fall(
    native: (self: unknown, args: ArrayLike<unknown>) => unknown,
    self: unknown,
    args: ArrayLike<unknown>,
    branch: Branch,
  ): unknown {
    bodies.lost(branch.body, 'preventCancel');
    return native(self, args);
  }

  /**
   * Passes chunks on as they are. With high-water marks 1 and 0 no more is pulled than natively. How it ends, the pipe
   * tells: Chromium does not call `cancel` of a transformer.
   */
  function through(stream: ReadableStream, branch: Branch): ReadableStream {
    const identity = new NativeTransformStream(
      {
        // Without a prototype: what a page puts on Object.prototype must not become an option of ours.
        __proto__: null,
        transform(chunk, controller) {
          bodies.read(branch, chunk);
          enqueueChunk(controller, chunk);
        },
      } as Transformer,
      { __proto__: null, highWaterMark: 1 } as QueuingStrategy,
      { __proto__: null, highWaterMark: 0 } as QueuingStrategy,
    );
    whenSettled(
      pipeTo(stream, writableSide(identity)),
      () => bodies.end(branch.body, 'end'),
      // The source has failed, or whoever reads has cancelled, with a reason of their own.
      (reason) => {
        if (errorName(reason) === 'AbortError' || streamFailed(reason)) onReadFailed(branch, reason);
        else bodies.end(branch.body, 'cancel', errorMessage(reason));
      },
    );
    return readableSide(identity);
  }

  // ── readers and iterators ──

  function onRead(branch: Branch, result: ReadResult): void {
    if (result.done) bodies.end(branch.body, 'end');
    else bodies.read(branch, result.value);
  }

  function onReadFailed(branch: Branch, reason: unknown): void {
    bodies.end(branch.body, errorName(reason) === 'AbortError' ? 'abort' : 'error', errorMessage(reason));
  }

  function observeRead(native: (self: unknown, args: ArrayLike<unknown>) => unknown) {
    return (self: unknown, args: ArrayLike<unknown>): unknown => {
      const branch = bodies.branchOf(self);
      const promise = native(self, args) as Promise<ReadResult>;
      if (!branch) return promise;
      return derive(
        promise,
        (result) => {
          onRead(branch, result);
          return result;
        },
        (reason) => {
          // A TypeError says that the reader was released or misused: the stream itself goes on.
          if (errorName(reason) !== '' || streamFailed(reason)) onReadFailed(branch, reason);
        },
      );
    };
  }
  for (const reader of [
    ReadableStreamDefaultReader.prototype,
    globalThis.ReadableStreamBYOBReader?.prototype,
  ]) {
    if (!reader) continue;
    patches.method(reader, 'read', (native, self, args) => observeRead(native)(self, args));
    patches.method(reader, 'cancel', (native, self, args) => {
      const branch = bodies.branchOf(self);
      if (branch) bodies.end(branch.body, 'cancel');
      return native(self, args);
    });
  }
  if (streamIterator) {
    patches.method(streamIterator, 'next', (native, self, args) => observeRead(native)(self, args));
    patches.method(streamIterator, 'return', (native, self, args) => {
      const branch = bodies.branchOf(self);
      if (branch) bodies.end(branch.body, 'cancel');
      return native(self, args);
    });
  }
}

/** Another line of reading, from where this one is. */
function branchAt({ body, position }: Branch): Branch {
  return { body, position, shown: false };
}

function isLocked(stream: unknown): boolean {
  try {
    return streamLocked(stream);
  } catch {
    return true;
  }
}

function isFreeSink(sink: unknown): boolean {
  try {
    return !sinkLocked(sink);
  } catch {
    return false;
  }
}

/** `preventCancel: true`: the page wants the source back after the pipe has failed. */
function keepsSource(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) return false;
  return Boolean(descriptorOf(options, 'preventCancel')?.value);
}

/** Chromium fails a broken body with a TypeError 'network error', Firefox with 'Error in input stream'. */
function streamFailed(reason: unknown): boolean {
  const message = errorMessage(reason);
  return message === 'network error' || message === 'Error in input stream';
}
