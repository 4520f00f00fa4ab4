import { createList } from '../natives/reflect.ts';

/** Data of one stream that waits for the next flush. At arrival, as little is done with it as can be. */
export interface Pending {
  /** Undefined here, set in a fact: tells the two apart. */
  type: undefined;
  stream: number;
  kind: 'bytes' | 'text' | 'events';
  /** Where the copies of the chunks stand in the arena. */
  starts: number[];
  /** A chunk that is larger than the arena. */
  large: Uint8Array | undefined;
  /** Sum of the lengths of the chunks. */
  bytes: number;
  /** The text, or the data of all events. */
  text: string;
  /** Offset after each chunk, piece of text or event's data. */
  ends: number[];
  /** Monotonic, ms. */
  times: number[];
  /** Last event IDs of all events, and the offset after each. */
  ids: string;
  idEnds: number[];
  /** The types of the events, each once; the index of each event's type. */
  types: string[];
  typeIndex: Record<string, number>;
  typeOf: number[];
}

export function newPending(stream: number, kind: Pending['kind']): Pending {
  return {
    type: undefined,
    stream,
    kind,
    starts: createList(),
    large: undefined,
    bytes: 0,
    text: '',
    ends: createList(),
    times: createList(),
    ids: '',
    idEnds: createList(),
    types: createList(),
    typeIndex: { __proto__: null } as unknown as Record<string, number>,
    typeOf: createList(),
  };
}
