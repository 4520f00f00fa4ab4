import type { PageFact } from '../../shared/protocol/pageLink.ts';
import type { PageMemory } from './memory.ts';
import { areEnds, areTimes, type PageFields } from './untrustedValues.ts';

/** Facts that bring data: bytes, text or events, in columns. @returns undefined for what is malformed, or another fact */
export function decodeData(fact: PageFields, stream: number, memory: PageMemory): PageFact | undefined {
  switch (fact.type) {
    case 'BytesArrived': {
      const { bytes, ends, times } = fact;
      if (!(bytes instanceof Uint8Array) || !areEnds(ends, bytes.length) || !areTimes(times, ends.length)) {
        return undefined;
      }
      return { type: 'BytesArrived', stream, bytes, ends, times };
    }
    case 'BytesLeft': {
      const { places, ends, times } = fact;
      if (!(places instanceof Uint32Array) || !(ends instanceof Uint32Array)) return undefined;
      if (!areEnds(ends, ends.at(-1) ?? 0) || !areTimes(times, ends.length)) return undefined;
      const bytes = memory.read(places, ends);
      return bytes && { type: 'BytesArrived', stream, bytes, ends, times };
    }
    case 'TextArrived': {
      const { text, ends, times } = fact;
      if (typeof text !== 'string' || !areEnds(ends, text.length) || !areTimes(times, ends.length)) {
        return undefined;
      }
      return { type: 'TextArrived', stream, text, ends, times };
    }
    case 'EventsArrived': {
      const { data, dataEnds, ids, idEnds, types, typeOf, times } = fact;
      if (typeof data !== 'string' || typeof ids !== 'string') return undefined;
      if (!areEnds(dataEnds, data.length) || !areEnds(idEnds, ids.length)) return undefined;
      if (!areTimes(times, dataEnds.length) || idEnds.length !== times.length) return undefined;
      if (!(typeOf instanceof Uint16Array) || typeOf.length !== times.length) return undefined;
      if (!Array.isArray(types) || !types.every((type) => typeof type === 'string')) return undefined;
      if (typeOf.some((index) => index >= types.length)) return undefined;
      return { type: 'EventsArrived', stream, data, dataEnds, ids, idEnds, types, typeOf, times };
    }
  }
  return undefined;
}
