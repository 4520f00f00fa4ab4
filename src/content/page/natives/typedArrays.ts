import { getPrototypeOf, getter, uncurry } from './reflect.ts';

export const NativeArrayBuffer = ArrayBuffer;
export const NativeUint8Array = Uint8Array;
export const NativeUint16Array = Uint16Array;
export const NativeUint32Array = Uint32Array;
export const NativeFloat64Array = Float64Array;

export const isView = ArrayBuffer.isView;
export const { max, min } = Math;

const typedArray = getPrototypeOf(Uint8Array.prototype) as Uint8Array;
export const setBytes = uncurry(typedArray.set) as (
  target: Uint8Array,
  source: Uint8Array,
  at: number,
) => void;
export const arrayBuffer = getter<Uint8Array, ArrayBuffer>(typedArray, 'buffer');
const arrayOffset = getter<Uint8Array, number>(typedArray, 'byteOffset');
const arrayLength = getter<Uint8Array, number>(typedArray, 'byteLength');
const viewBuffer = getter<DataView, ArrayBuffer>(DataView.prototype, 'buffer');
const viewOffset = getter<DataView, number>(DataView.prototype, 'byteOffset');
const viewLength = getter<DataView, number>(DataView.prototype, 'byteLength');
const tagOf = getter<Uint8Array, string | undefined>(typedArray, Symbol.toStringTag as never);
/** The bytes under any view, a DataView included; undefined when it is no view, or its buffer was transferred. */
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
