import { whenSettled } from '../../natives/promises.ts';
import { descriptorOf } from '../../natives/reflect.ts';
import {
  enqueueChunk,
  NativeTransformStream,
  pipeTo,
  readableSide,
  sinkLocked,
  writableSide,
} from '../../natives/streams.ts';
import { errorMessage, errorName } from '../../natives/thrown.ts';
import type { Patches } from '../../patch/patches.ts';
import type { Bodies, Branch } from './bodies.ts';
import { isLocked, onReadFailed, streamFailed } from './branch.ts';

/** `pipeThrough` and `pipeTo`: an identity stream in between looks at the chunks. */
export function tapPipes(patches: Patches, bodies: Bodies): void {
  const stream = ReadableStream.prototype;

  patches.method(stream, 'pipeThrough', (native, self, args) => {
    const branch = bodies.branchOf(self);
    if (!branch || isLocked(self)) return native(self, args);
    const pair = args[0] as ReadableWritablePair | null | undefined;
    if (typeof pair !== 'object' || pair === null || keepsSource(args[1])) {
      bodies.lost(branch.body, 'preventCancel');
      return native(self, args);
    }
    // Read once, as the native method would, and checked before our own pipe locks the stream.
    const { readable, writable } = pair;
    if (!isFreeSink(writable)) return native(self, [{ readable, writable }, args[1]]);
    return native(passThrough(bodies, branch, self as ReadableStream), [{ readable, writable }, args[1]]);
  });

  patches.method(stream, 'pipeTo', (native, self, args) => {
    const branch = bodies.branchOf(self);
    if (!branch || isLocked(self) || !isFreeSink(args[0])) return native(self, args);
    // Where a stream of ours in between would be noticed, nothing is observed, and that is said.
    if (keepsSource(args[1])) {
      bodies.lost(branch.body, 'preventCancel');
      return native(self, args);
    }
    return native(passThrough(bodies, branch, self as ReadableStream), args);
  });
}

/**
 * Passes chunks on as they are. With high-water marks 1 and 0 no more is pulled than natively. The pipe tells how it ends:
 * Chromium does not call `cancel` of a transformer.
 */
function passThrough(bodies: Bodies, branch: Branch, stream: ReadableStream): ReadableStream {
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
    // The source has failed, or the reader has cancelled with a reason of the page's own.
    (reason) => {
      if (errorName(reason) === 'AbortError' || streamFailed(reason)) onReadFailed(bodies, branch, reason);
      else bodies.end(branch.body, 'cancel', errorMessage(reason));
    },
  );
  return readableSide(identity);
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
