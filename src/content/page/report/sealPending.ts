import type { BytesLeft, PageFact } from '../../../shared/protocol/pageLink.ts';
import {
  NativeFloat64Array,
  NativeUint8Array,
  NativeUint16Array,
  NativeUint32Array,
} from '../natives/typedArrays.ts';
import type { Arena } from './arena.ts';
import type { Pending } from './pending.ts';

/**
 * Makes a fact of what was gathered for one stream.
 *
 * @param handedOver - the fact is posted now: its bytes may stay in the arena until then
 */
export function sealPending(one: Pending, arena: Arena, handedOver: boolean): PageFact | BytesLeft {
  const { stream } = one;
  const times = fill(new NativeFloat64Array(one.times.length), one.times);
  const ends = fill(new NativeUint32Array(one.ends.length), one.ends);
  if (one.kind === 'bytes') {
    if (handedOver && !one.large && arena.shared()) {
      const places = fill(new NativeUint32Array(one.starts.length), one.starts);
      return { type: 'BytesLeft', stream, places, ends, times };
    }
    return { type: 'BytesArrived', stream, bytes: one.large ?? joined(one, arena), ends, times };
  }
  if (one.kind === 'text') return { type: 'TextArrived', stream, text: one.text, ends, times };
  return {
    type: 'EventsArrived',
    stream,
    data: one.text,
    dataEnds: ends,
    ids: one.ids,
    idEnds: fill(new NativeUint32Array(one.idEnds.length), one.idEnds),
    types: one.types,
    typeOf: fill(new NativeUint16Array(one.typeOf.length), one.typeOf),
    times,
  };
}

/** The chunks of one stream, in a buffer of their own. */
function joined({ starts, ends, bytes }: Pending, arena: Arena): Uint8Array {
  const all = new NativeUint8Array(bytes);
  const first = starts[0]!;
  const last = starts.length - 1;
  // No other stream was read in between: the chunks stand one after the other.
  if (starts[last]! - first === (last === 0 ? 0 : ends[last - 1]!)) arena.copy(first, first + bytes, all, 0);
  else {
    for (let i = 0, from = 0; i <= last; from = ends[i]!, i++) {
      arena.copy(starts[i]!, starts[i]! + ends[i]! - from, all, from);
    }
  }
  return all;
}

function fill<T extends Uint16Array | Uint32Array | Float64Array>(target: T, values: number[]): T {
  for (let i = 0; i < values.length; i++) target[i] = values[i]!;
  return target;
}
