import { derive } from '../../natives/promises.ts';
import { descriptorOf } from '../../natives/reflect.ts';
import { streamIterator } from '../../natives/streams.ts';
import { errorName } from '../../natives/thrown.ts';
import type { Handler, Patches } from '../../patch/patches.ts';
import type { Bodies } from './bodies.ts';
import { branchAt, isLocked, onRead, onReadFailed, type ReadResult, streamFailed } from './branch.ts';

/** `ReadableStream`: its readers, its iterators, its branches, and what cancels them. */
export function tapReaders(patches: Patches, bodies: Bodies): void {
  const stream = ReadableStream.prototype;

  const followResult: Handler = (native, self, args) => {
    const result = native(self, args);
    const branch = bodies.branchOf(self);
    if (branch) bodies.follow(result as object, branch);
    return result;
  };

  const observeRead: Handler = (native, self, args) => {
    const branch = bodies.branchOf(self);
    const promise = native(self, args) as Promise<ReadResult>;
    if (!branch) return promise;
    return derive(
      promise,
      (result) => {
        onRead(bodies, branch, result);
        return result;
      },
      (reason) => {
        // A TypeError says that the reader was released or misused: the stream itself goes on.
        if (errorName(reason) !== '' || streamFailed(reason)) onReadFailed(bodies, branch, reason);
      },
    );
  };

  const observeCancel: Handler = (native, self, args) => {
    const branch = bodies.branchOf(self);
    if (branch) bodies.end(branch.body, 'cancel');
    return native(self, args);
  };

  patches.method(stream, 'getReader', followResult);
  // "The @@asyncIterator property is the same function object as values": it must stay the same.
  const values = patches.method(stream, 'values', followResult);
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

  for (const reader of [
    ReadableStreamDefaultReader.prototype,
    globalThis.ReadableStreamBYOBReader?.prototype,
  ]) {
    if (!reader) continue;
    patches.method(reader, 'read', observeRead);
    patches.method(reader, 'cancel', observeCancel);
  }
  if (streamIterator) {
    patches.method(streamIterator, 'next', observeRead);
    patches.method(streamIterator, 'return', observeCancel);
  }
}
