import type { BridgeToPage, PageFact, PageToBridge } from '../../shared/protocol/messages.ts';
import type { EndCause } from '../../shared/session/types.ts';
import {
  arrayBuffer,
  byteLength,
  clearTimer,
  copyBytes,
  NativeFloat64Array,
  NativeUint8Array,
  NativeUint16Array,
  NativeUint32Array,
  now,
  setBytes,
  setTimer,
  subarray,
  whenIdle,
} from './natives.ts';

/** A flush at most this often, ms … */
const FLUSH_EVERY = 50;
/** … not in the middle of a burst, that is, so soon after the last observation, ms … */
const BURST_GAP = 15;
/** … unless it goes on for so long, ms … */
const FLUSH_WITHIN = 120;
/** … or for so long when very much comes: whoever takes it over works on the processors that the page needs now, ms … */
const FLUSH_MUCH_WITHIN = 2000;
/** Bytes or UTF-16 units, roughly: thousands of events in the time above. */
const MUCH = 256 << 10;
/** … and then when the page has nothing better to do, but within this, ms. */
const IDLE_WITHIN = 40;
/** A batch that is this old is flushed by the next observation: timers of hidden pages are late. */
const FLUSH_OVERDUE = 250;
/** A batch of this size (bytes or UTF-16 units, roughly) goes at once, so that a busy page cannot pile it up. */
const FLUSH_SIZE = 8 << 20;
/** Events in one batch: the column of their types has 16 bits. */
const MAX_EVENTS = 65_000;
/** Room for small chunks of one stream, bytes; a chunk that is larger has a block of its own. */
const BLOCK_SIZE = 64 << 10;
/** What may wait, while the bridge asks whether this tab is recorded. */
const WAITING_SIZE = 16 << 20;

/**
 * `unasked`: no event stream yet. `asking`: observed, and kept until the answer. `recording`: observed and sent.
 * `asleep`: the tab is not recorded; nothing is observed. `gone`: the extension is, and the page is as it was.
 */
export type Phase = 'unasked' | 'asking' | 'recording' | 'asleep' | 'gone';

/** Data of one stream that waits for the next flush. At arrival, as little is done with it as can be. */
interface Pending {
  stream: number;
  kind: 'bytes' | 'text' | 'events';
  /** Copies of the chunks, one after the other; more of them may find room. */
  block: Uint8Array | undefined;
  used: number;
  text: string;
  ends: number[];
  times: number[];
  ids: string;
  idEnds: number[];
  types: string[];
  typeIndex: Record<string, number>;
  typeOf: number[];
}

export interface Reporter {
  phase(): Phase;
  /** Whether observations are wanted. */
  wanted(): boolean;
  /** An event stream is there: asks, the first time. Call it before the first fact about it. */
  streamSeen(): void;
  fact(fact: PageFact): void;
  /** The stream's last exchange is over. */
  ended(stream: number, at: number, cause: EndCause, error?: string): void;
  bytes(stream: number, chunk: Uint8Array, from: number, time: number): void;
  text(stream: number, text: string, time: number): void;
  event(stream: number, type: string, data: string, id: string, time: number): void;
  /** Everything that waits, at once: the document is about to go. */
  takeNow(): PageToBridge | undefined;
  /** A command of the bridge about what to observe. */
  obey(command: BridgeToPage): void;
}

/**
 * Gathers what the taps observe, and posts it in batches.
 *
 * @param on - what follows: `start` when observing begins, also for another session (report what is open), `stop`
 *   when it ends (remove every listener), `gone` when the page is to be put back as it was
 */
export function createReporter(
  post: (message: PageToBridge, transfer?: ArrayBuffer[]) => void,
  on: { start(): void; stop(): void; gone(): void },
): Reporter {
  let phase: Phase = 'unasked';
  let session = '';
  let facts: PageFact[] = [];
  let pending: Pending[] = [];
  // The last one used: events of one stream come in runs.
  let last: Pending | undefined;
  let size = 0;
  let since = 0;
  let lastSeen = 0;
  let timer: unknown;
  let idling = false;
  let lost = 0;

  function forget(): void {
    facts = [];
    pending = [];
    last = undefined;
    size = 0;
    since = 0;
    lost = 0;
    if (timer !== undefined) clearTimer(timer as number);
    timer = undefined;
  }

  function seal(): void {
    for (let i = 0; i < pending.length; i++) facts[facts.length] = sealed(pending[i]!);
    pending = [];
    last = undefined;
  }

  function take(): PageToBridge | undefined {
    seal();
    if (lost > 0) {
      facts[facts.length] = { type: 'DataLost', stream: 0, at: now(), count: lost, reason: 'waiting' };
    }
    if (facts.length === 0) return undefined;
    const message: PageToBridge = { type: 'FactsReported', session, facts };
    forget();
    return message;
  }

  function flushSoon(): void {
    const at = now();
    if (at - lastSeen < BURST_GAP && at - since < (size > MUCH ? FLUSH_MUCH_WITHIN : FLUSH_WITHIN)) {
      timer = setTimer(flushSoon, BURST_GAP);
      return;
    }
    timer = undefined;
    idling = true;
    whenIdle(flush, IDLE_WITHIN);
  }

  function flush(): void {
    idling = false;
    if (phase !== 'recording') return;
    const message = take();
    if (message) post(message, buffersOf(message));
  }

  /** Something waits: sees to it that it goes. */
  function wait(added: number, time: number): void {
    size += added;
    lastSeen = time;
    if (since === 0) since = time;
    const overdue = size > MUCH ? FLUSH_MUCH_WITHIN + FLUSH_OVERDUE : FLUSH_OVERDUE;
    if (phase === 'recording' && (size > FLUSH_SIZE || time - since > overdue)) {
      flush();
    } else if (timer === undefined && !idling) timer = setTimer(flushSoon, FLUSH_EVERY);
  }

  function tooMuch(): boolean {
    if (phase !== 'asking' || size < WAITING_SIZE) return false;
    lost++;
    return true;
  }

  function pendingFor(stream: number, kind: Pending['kind']): Pending {
    if (last !== undefined && last.stream === stream && last.kind === kind) return last;
    for (let i = 0; i < pending.length; i++) {
      const one = pending[i]!;
      if (one.stream === stream && one.kind === kind) {
        last = one;
        return one;
      }
    }
    const one: Pending = {
      stream,
      kind,
      block: undefined,
      used: 0,
      text: '',
      ends: [],
      times: [],
      ids: '',
      idEnds: [],
      types: [],
      typeIndex: { __proto__: null } as unknown as Record<string, number>,
      typeOf: [],
    };
    pending[pending.length] = one;
    last = one;
    return one;
  }

  function fact(one: PageFact): void {
    if (phase !== 'recording' && phase !== 'asking') return;
    // Facts of one stream stay in their order: what came before this one is closed.
    seal();
    facts[facts.length] = one;
    wait(200, now());
  }

  return {
    phase: () => phase,
    wanted: () => phase === 'recording' || phase === 'asking',
    streamSeen() {
      if (phase !== 'unasked') return;
      phase = 'asking';
      on.start();
      post({ type: 'StreamSeen' });
    },
    fact,
    ended(stream, at, cause, error = '') {
      fact({ type: 'ExchangeEnded', stream, at, cause, final: true, error });
    },
    bytes(stream, chunk, from, time) {
      if (tooMuch()) return;
      const piece = from === 0 ? chunk : subarray(chunk, from, byteLength(chunk));
      const length = byteLength(piece);
      let one = pendingFor(stream, 'bytes');
      const { block } = one;
      if (block === undefined) one.block = copyBytes(piece);
      else if (one.used + length <= byteLength(block)) setBytes(block, piece, one.used);
      else if (one.used + length <= BLOCK_SIZE) {
        // Small chunks are many: from the second one on there is room for more.
        one.block = new NativeUint8Array(BLOCK_SIZE);
        setBytes(one.block, used(block, one.used), 0);
        setBytes(one.block, piece, one.used);
      } else {
        seal();
        one = pendingFor(stream, 'bytes');
        one.block = copyBytes(piece);
      }
      one.used += length;
      one.ends[one.ends.length] = one.used;
      one.times[one.times.length] = time;
      wait(length + 16, time);
    },
    text(stream, text, time) {
      if (tooMuch()) return;
      const one = pendingFor(stream, 'text');
      one.text += text;
      one.ends[one.ends.length] = one.text.length;
      one.times[one.times.length] = time;
      wait(text.length + 16, time);
    },
    // Read at once: to keep the events for an idle moment costs more, in what the collector then has to carry.
    event(stream, type, data, id, time) {
      if (tooMuch()) return;
      const one = pendingFor(stream, 'events');
      let index = one.typeIndex[type];
      if (index === undefined) {
        index = one.types.length;
        one.types[index] = type;
        one.typeIndex[type] = index;
      }
      one.text += data;
      one.ids += id;
      const n = one.times.length;
      one.ends[n] = one.text.length;
      one.idEnds[n] = one.ids.length;
      one.typeOf[n] = index;
      one.times[n] = time;
      wait(data.length + id.length + 32, time);
      if (n >= MAX_EVENTS) seal();
    },
    takeNow: () => (phase === 'recording' ? take() : undefined),
    obey(command) {
      if (phase === 'gone') return;
      if (command.type === 'Restore') {
        forget();
        phase = 'gone';
        on.stop();
        on.gone();
      } else if (command.type === 'Sleep') {
        on.stop();
        if (phase === 'recording') flush();
        forget();
        session = '';
        phase = 'asleep';
      } else if (command.session !== session) {
        // What waited during the question belongs to the answer; what was recorded before, to the session before.
        if (phase === 'recording') {
          on.stop();
          flush();
        }
        const asked = phase === 'asking';
        session = command.session;
        phase = 'recording';
        if (asked) flush();
        else on.start();
      }
    },
  };
}

/** What is ours alone, and large: it is handed over instead of copied. */
function buffersOf(message: PageToBridge): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  const facts = message.type === 'FactsReported' ? message.facts : [];
  for (let i = 0; i < facts.length; i++) {
    const fact = facts[i]!;
    if (fact.type === 'BytesArrived') buffers[buffers.length] = arrayBuffer(fact.bytes);
  }
  return buffers;
}

function sealed(one: Pending): PageFact {
  const { stream } = one;
  const times = fill(new NativeFloat64Array(one.times.length), one.times);
  const ends = fill(new NativeUint32Array(one.ends.length), one.ends);
  if (one.kind === 'bytes') {
    return { type: 'BytesArrived', stream, bytes: used(one.block!, one.used), ends, times };
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

/** The part of a block that holds something, in a buffer of its own: it is handed over as a whole. */
function used(block: Uint8Array, length: number): Uint8Array {
  return byteLength(block) === length ? block : copyBytes(subarray(block, 0, length));
}

function fill<T extends Uint16Array | Uint32Array | Float64Array>(target: T, values: number[]): T {
  for (let i = 0; i < values.length; i++) target[i] = values[i]!;
  return target;
}
