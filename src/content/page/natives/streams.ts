import { type AnyFunction, apply, getPrototypeOf, getter, uncurry } from './reflect.ts';

export const NativeTransformStream = TransformStream;

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
