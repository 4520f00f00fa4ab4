import type { ClockPair, PageFact } from '../../shared/protocol/pageLink.ts';
import type { EndCause, MarkKind, Transport } from '../../shared/session/types.ts';
import type { PageMemory } from './memory.ts';

const MAX_FACTS = 100_000;
const MAX_URL = 65_536;
const MAX_STACK = 16_384;
const MAX_HEADERS = 500;
const MAX_HEADER = 65_536;
const MAX_TEXT = 4096;
/** No clock of the page is further than this from the bridge's own: it would have slept so long on the way here, ms. */
const MAX_CLOCK_DIFFERENCE = 86_400_000;

type Fields = Record<string, unknown>;

/** What the page side says, as the bridge takes it. */
type Decoded =
  | { type: 'FactsReported'; session: string; facts: PageFact[]; clock: ClockPair }
  | { type: 'StreamSeen' };

/**
 * Reads what came from the page. The page may have reached the port (a same-origin parent can), so nothing is
 * believed: every field has its type, every list its bound, every offset stays inside what it points into.
 *
 * @param clock - the bridge's own clocks, now
 * @param memory - where the page tap may have left bytes: they are copied before this call returns
 * @returns the message, its facts without those that are malformed; undefined for anything else
 */
export function decodePageMessage(
  message: unknown,
  clock: ClockPair,
  memory: PageMemory,
): Decoded | undefined {
  if (!isObject(message)) return undefined;
  if (message.type === 'StreamSeen') return { type: 'StreamSeen' };
  if (message.type !== 'FactsReported') return undefined;
  const { session, facts } = message;
  if (typeof session !== 'string' || session.length > 100 || !Array.isArray(facts)) return undefined;
  const decoded: PageFact[] = [];
  for (const fact of facts.slice(0, MAX_FACTS)) {
    const one = isObject(fact) ? decodeFact(fact, memory) : undefined;
    if (one) decoded.push(one);
  }
  const dropped = facts.length - decoded.length;
  const made = decodeClock(message.clock, clock);
  if (dropped > 0) {
    decoded.push({ type: 'DataLost', stream: 0, at: made.monotonic, count: dropped, reason: 'refused' });
  }
  return { type: 'FactsReported', session, facts: decoded, clock: made };
}

/** The page's pair of clocks; the bridge's own where that is no pair, or none that the same clocks could have shown. */
function decodeClock(pair: unknown, own: ClockPair): ClockPair {
  if (!isObject(pair)) return own;
  const { monotonic, wall } = pair;
  if (typeof monotonic !== 'number' || typeof wall !== 'number') return own;
  const passed = own.monotonic - monotonic;
  const isPossible =
    monotonic >= 0 && passed >= 0 && Math.abs(own.wall - wall - passed) <= MAX_CLOCK_DIFFERENCE;
  return isPossible ? { monotonic, wall } : own;
}

function decodeFact(fact: Fields, memory: PageMemory): PageFact | undefined {
  const stream = fact.stream;
  if (typeof stream !== 'number' || !Number.isInteger(stream) || stream < 0 || stream > 2 ** 31)
    return undefined;
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
  const { at } = fact;
  if (typeof at !== 'number' || !Number.isFinite(at)) return undefined;
  switch (fact.type) {
    case 'StreamOpened': {
      const { transport, late } = fact;
      if (!isOneOf(TRANSPORTS, transport)) return undefined;
      return {
        type: 'StreamOpened',
        stream,
        at,
        transport,
        method: text(fact.method, 50),
        url: text(fact.url, MAX_URL),
        stack: withoutOwnFrames(text(fact.stack, MAX_STACK)),
        late: late === true,
      };
    }
    case 'ExchangeStarted':
      return { type: 'ExchangeStarted', stream, at };
    case 'ExchangeResponded': {
      const { status } = fact;
      return {
        type: 'ExchangeResponded',
        stream,
        at,
        status: typeof status === 'number' && status >= 0 && status < 1000 ? Math.floor(status) : 0,
        url: text(fact.url, MAX_URL),
        headers: headers(fact.headers),
      };
    }
    case 'ExchangeEnded': {
      const { cause } = fact;
      if (!isOneOf(END_CAUSES, cause)) return undefined;
      const error = text(fact.error, MAX_TEXT);
      return { type: 'ExchangeEnded', stream, at, cause, final: fact.final === true, error };
    }
    case 'ListenerAdded':
      return { type: 'ListenerAdded', stream, at, event: text(fact.event, MAX_TEXT) };
    case 'PageMarked': {
      const { kind } = fact;
      if (!isOneOf(MARK_KINDS, kind)) return undefined;
      return { type: 'PageMarked', stream, at, kind, detail: text(fact.detail, MAX_TEXT) };
    }
    case 'DataLost': {
      const { count } = fact;
      return {
        type: 'DataLost',
        stream,
        at,
        count: typeof count === 'number' && count >= 0 && Number.isSafeInteger(count) ? count : 0,
        reason: text(fact.reason, MAX_TEXT),
      };
    }
  }
  return undefined;
}

const TRANSPORTS: readonly Transport[] = ['EventSource', 'fetch', 'XMLHttpRequest'];
const END_CAUSES: readonly EndCause[] = ['end', 'error', 'disconnect', 'close', 'abort', 'cancel', 'unload'];
const MARK_KINDS: readonly MarkKind[] = ['visibility', 'online', 'offline', 'freeze', 'resume'];

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isOneOf<T extends string>(values: readonly T[], value: unknown): value is T {
  return (values as readonly unknown[]).includes(value);
}

function text(value: unknown, bound: number): string {
  return typeof value === 'string' ? value.slice(0, bound) : '';
}

function headers(value: unknown): [string, string][] {
  if (!Array.isArray(value)) return [];
  const list: [string, string][] = [];
  for (const pair of value.slice(0, MAX_HEADERS)) {
    if (Array.isArray(pair)) list.push([text(pair[0], 1000), text(pair[1], MAX_HEADER)]);
  }
  return list;
}

/** Offsets that never go back and end where the thing ends. */
function areEnds(ends: unknown, length: number): ends is Uint32Array {
  if (!(ends instanceof Uint32Array)) return false;
  let last = 0;
  for (const end of ends) {
    if (end < last) return false;
    last = end;
  }
  return last === length;
}

function areTimes(times: unknown, length: number): times is Float64Array {
  return times instanceof Float64Array && times.length === length && times.every(Number.isFinite);
}

/** The lines of a call stack without those of the extension: Firefox has no name for a script in the page's world. */
function withoutOwnFrames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/(?:chrome|moz)-extension:\/\/|@<anonymous code>:\d/.test(line))
    .join('\n');
}
