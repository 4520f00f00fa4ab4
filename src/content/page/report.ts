import type { BridgeToPage, BytesLeft, PageFact, PageToBridge } from '../../shared/protocol/messages.ts';
import type { EndCause } from '../../shared/session/types.ts';
import { type Arena, createArena } from './arena.ts';
import {
  byteLength,
  clearTimer,
  copyBytes,
  createList,
  NativeFloat64Array,
  NativeUint8Array,
  NativeUint16Array,
  NativeUint32Array,
  now,
  setTimer,
  subarray,
  wallNow,
  whenIdle,
} from './natives.ts';

/** A flush at most this often, ms … */
const FLUSH_EVERY = 50;
/** … not in the middle of a burst, that is, so soon after the last observation, ms … */
const BURST_GAP = 15;
/** … unless it goes on for so long, ms … */
const FLUSH_WITHIN = 120;
/** … or for so long when very much comes: to hand it over takes time of the page's thread that the page needs now, ms … */
const FLUSH_MUCH_WITHIN = 2000;
/** … where a burst goes on over longer gaps: the network, or another program, has held it up, and the page waits for the rest, ms … */
const BURST_GAP_MUCH = 100;
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
/** After the last chunk the memory that chunks are copied into is kept so long, ms: a burst seldom comes alone. */
const ARENA_KEPT = 10_000;
/** What may wait, while the bridge asks whether this tab is recorded. */
const WAITING_SIZE = 16 << 20;

/**
 * `unasked`: no event stream yet. `asking`: observed, and kept until the answer. `recording`: observed and sent.
 * `asleep`: the tab is not recorded; nothing is observed. `gone`: the extension is, and the page is as it was.
 */
export type Phase = 'unasked' | 'asking' | 'recording' | 'asleep' | 'gone';

/** Data of one stream that waits for the next flush. At arrival, as little is done with it as can be. */
interface Pending {
  /** Unlike a fact, which has one. */
  type: undefined;
  stream: number;
  kind: 'bytes' | 'text' | 'events';
  /** Where the copies of the chunks stand. */
  starts: number[];
  /** A chunk for which there was no room there. */
  large: Uint8Array | undefined;
  bytes: number;
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
  /** The document was away: what is open is reported anew, to whichever session is recorded now. */
  askAgain(): void;
  fact(fact: PageFact): void;
  /** The stream's last exchange is over. */
  ended(stream: number, at: number, cause: EndCause, error?: string): void;
  bytes(stream: number, chunk: Uint8Array, from: number, time: number): void;
  text(stream: number, text: string, time: number): void;
  event(stream: number, type: string, data: string, id: string, time: number): void;
  /** Hands over everything that waits. */
  flush(): void;
  /** The document goes: hands over what waits, also while it is not known into which session. */
  leave(): void;
  /** A command of the bridge about what to observe. */
  obey(command: BridgeToPage): void;
}

/**
 * Gathers what the taps observe, and posts it in batches.
 *
 * @param post - hands a message over before it returns
 * @param share - shows memory to whoever takes the messages; returns whether it reads it
 * @param on - what follows: `start` when observing begins, also for another session (report what is open), `stop`
 *   when it ends (remove every listener), `gone` when the page is to be put back as it was
 */
export function createReporter(
  post: (message: PageToBridge) => void,
  share: (memory: ArrayBuffer | null) => boolean,
  on: { start(): void; stop(): void; gone(): void },
): Reporter {
  let phase: Phase = 'unasked';
  let session = '';
  let facts = createList<PageFact | BytesLeft | Pending>();
  let pending = createList<Pending>();
  // The last one used: events of one stream come in runs.
  let last: Pending | undefined;
  let size = 0;
  let since = 0;
  let lastSeen = 0;
  let timer: unknown;
  let idling = false;
  let lost = 0;
  const arena = createArena(FLUSH_SIZE, share);
  let arenaTimer = false;

  function forget(): void {
    facts = createList();
    pending = createList();
    last = undefined;
    arena.reset();
    size = 0;
    since = 0;
    lost = 0;
    if (timer !== undefined) clearTimer(timer as number);
    timer = undefined;
  }

  /** What is still being gathered has its place among the facts; what follows comes after it. */
  function close(): void {
    for (let i = 0; i < pending.length; i++) facts[facts.length] = pending[i]!;
    pending = createList();
    last = undefined;
  }

  /**
   * Makes facts of what was gathered: not before it has to be, for the page may be waiting for what it reads.
   *
   * @param handedOver - they go now: bytes may stay where they are until then
   */
  function seal(handedOver: boolean): (PageFact | BytesLeft)[] {
    close();
    for (let i = 0; i < facts.length; i++) {
      const one = facts[i]!;
      if (one.type === undefined) facts[i] = sealed(one, arena, handedOver);
    }
    arena.reset();
    return facts as (PageFact | BytesLeft)[];
  }

  function take(): PageToBridge | undefined {
    const all = seal(true);
    if (lost > 0) {
      all[all.length] = { type: 'DataLost', stream: 0, at: now(), count: lost, reason: 'waiting' };
    }
    if (all.length === 0) return undefined;
    const clock = { monotonic: now(), wall: wallNow() };
    const message: PageToBridge = { type: 'FactsReported', session, facts: all, clock };
    forget();
    return message;
  }

  function flushSoon(): void {
    const at = now();
    const gap = size > MUCH ? BURST_GAP_MUCH : BURST_GAP;
    const within = size > MUCH ? FLUSH_MUCH_WITHIN : FLUSH_WITHIN;
    if (at - lastSeen < gap && at - since < within) {
      timer = setTimer(flushSoon, gap);
      return;
    }
    timer = undefined;
    idling = true;
    whenIdle(flushIdle, IDLE_WITHIN);
  }

  function flushIdle(): void {
    idling = false;
    flush();
  }

  function flush(): void {
    if (phase !== 'recording') return;
    const message = take();
    if (message) post(message);
  }

  /** … when nothing has come for a while. */
  function letGoOfArena(): void {
    if (arenaTimer) return;
    arenaTimer = true;
    setTimer(() => {
      arenaTimer = false;
      if (now() - lastSeen < ARENA_KEPT) letGoOfArena();
      else if (size === 0) arena.release();
    }, ARENA_KEPT);
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
    pending[pending.length] = one;
    last = one;
    return one;
  }

  function fact(one: PageFact): void {
    if (phase !== 'recording' && phase !== 'asking') return;
    // Facts of one stream stay in their order: what came before this one is closed.
    close();
    facts[facts.length] = one;
    wait(200, now());
  }

  function ask(): void {
    phase = 'asking';
    on.start();
    post({ type: 'StreamSeen' });
  }

  return {
    phase: () => phase,
    wanted: () => phase === 'recording' || phase === 'asking',
    streamSeen() {
      if (phase === 'unasked') ask();
    },
    askAgain() {
      if (phase === 'gone') return;
      if (phase === 'asking') {
        // It went before the answer came: what waits still does.
        post({ type: 'StreamSeen' });
        return;
      }
      on.stop();
      flush();
      forget();
      session = '';
      ask();
    },
    fact,
    ended(stream, at, cause, error = '') {
      fact({ type: 'ExchangeEnded', stream, at, cause, final: true, error });
    },
    bytes(stream, chunk, from, time) {
      if (tooMuch()) return;
      const piece = from === 0 ? chunk : subarray(chunk, from, byteLength(chunk));
      const length = byteLength(piece);
      let start = arena.add(piece);
      if (start < 0) {
        seal(false);
        start = arena.add(piece);
      }
      const one = pendingFor(stream, 'bytes');
      one.bytes += length;
      one.starts[one.starts.length] = start;
      one.ends[one.ends.length] = one.bytes;
      one.times[one.times.length] = time;
      if (start < 0) {
        // Larger than all the room: it goes by itself.
        one.large = copyBytes(piece);
        close();
      }
      letGoOfArena();
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
      if (n >= MAX_EVENTS) close();
    },
    flush,
    leave() {
      if (phase !== 'asking') {
        flush();
        return;
      }
      const message = take();
      if (message) post(message);
    },
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

function sealed(one: Pending, arena: Arena, handedOver: boolean): PageFact | BytesLeft {
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
  // No other stream was read in between: they stand one after the other.
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
