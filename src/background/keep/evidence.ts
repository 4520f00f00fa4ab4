import { entryRow, localData } from '../../shared/segment/readSegment.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { createSegmentWriter } from '../../shared/segment/segmentWriter.ts';
import { joinBytes } from '../../shared/session/joinBytes.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import { exchangeSegments } from './exchangeSegments.ts';
import type { Ledger, Live } from './ledger.ts';
import type { Evidence } from './matchRequest.ts';
import { isSameMethod, withoutFragment } from './sameAddress.ts';
import { isLate } from './waiting.ts';

/** So much of what the wire has brought is looked at, bytes. */
export const MOST_LOOKED_AT = 256 << 10;
/** So much of the beginnings of two bodies is compared, bytes; and shorter ones say nothing. */
const BEGINNING = 64;
const LEAST = 16;

/**
 * For the exchanges that may be a request's by their address: what their contents say, and the last event IDs. Contents that are alike
 * prove nothing by themselves; many connections begin with the same words.
 */
export async function evidenceOf<T extends Live>(
  ledger: Ledger,
  request: HttpRequest,
  waiting: readonly T[],
): Promise<ReadonlyMap<T, Evidence>> {
  const found = new Map<T, Evidence>();
  const alike = waiting.filter(({ stream, lastUrl }) => {
    const isAddress = [stream.url, lastUrl].map(withoutFragment).includes(request.url);
    return isAddress && isSameMethod(stream.method, request.method);
  });
  if (alike.length === 0) return found;
  const { bytes, isAll } = beginningOf(request);
  const isOver = isAll && request.held.some(({ type }) => type === 'RequestEnded');
  for (const live of alike) {
    const says =
      (await compareIds(ledger, live, request)) ?? (await compareContents(ledger, live, bytes, isOver));
    if (says) found.set(live, says);
  }
  return found;
}

/**
 * Where the wire has brought all of the exchange before, the ID that the next one carries is one of its own: the last one, or an earlier
 * one, for the browsers do not agree on what a block without data does.
 */
async function compareIds(
  ledger: Ledger,
  { stream, exchange }: Live,
  { headersKnown, lastEventId }: HttpRequest,
): Promise<'other' | undefined> {
  if (!headersKnown || lastEventId === '' || stream.transport !== 'EventSource' || exchange.number === 1)
    return undefined;
  const before = await ledger.live(stream.id, exchange.number - 1);
  if (before?.exchange.wire !== 'ended' || before.exchange.lastEventIdBefore === lastEventId)
    return undefined;
  if (before.writer.lastEventId() === lastEventId) return undefined;
  return (await hasId(ledger, before, lastEventId)) ? undefined : 'other';
}

/** The ID stands somewhere in what the wire has brought. */
async function hasId(ledger: Ledger, live: Live, id: string): Promise<boolean> {
  const wanted = new TextEncoder().encode(id);
  for await (const { bytes } of exchangeSegments(await ledger.openStore(), live)) {
    if (includes(bytes, wanted)) return true;
  }
  return false;
}

function includes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}

async function compareContents(
  ledger: Ledger,
  live: Live,
  bytes: Uint8Array,
  isOver: boolean,
): Promise<Evidence | undefined> {
  if (bytes.length === 0 || live.exchange.bytes === 0) return undefined;
  return live.exchange.fidelity === 'events'
    ? compareEvents(ledger, live, bytes, isOver)
    : compareBytes(ledger, live, bytes);
}

function beginningOf({ held }: HttpRequest): { bytes: Uint8Array; isAll: boolean } {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (const fact of held) {
    if (fact.type !== 'WireBytes') continue;
    if (size > MOST_LOOKED_AT) break;
    pieces.push(fact.bytes);
    size += fact.bytes.length;
  }
  return { bytes: joinBytes(...pieces), isAll: size <= MOST_LOOKED_AT };
}

async function compareEvents(
  ledger: Ledger,
  live: Live,
  bytes: Uint8Array,
  isOver: boolean,
): Promise<Evidence | undefined> {
  const segment = await firstSegment(ledger, live);
  const first = segment && firstEvent(segment);
  if (!first) return undefined;
  const writer = createSegmentWriter({ exchange: '' });
  writer.appendAll(bytes, Uint32Array.of(bytes.length), Float64Array.of(0));
  for (const one of writer.unwritten()) {
    for (let i = 0; i < one.kinds.length; i++) {
      if (one.kinds[i] !== EntryKind.event || entryRow(one, i).type !== first.type) continue;
      const data = localData(one, i);
      // It goes over the edge of a segment.
      if (!data) return undefined;
      if (isEqual(data, first.data)) return 'same';
    }
  }
  return isOver ? 'other' : undefined;
}

function firstEvent(segment: Segment): { type: string; data: Uint8Array } | undefined {
  const i = segment.kinds.indexOf(EntryKind.event);
  const data = i < 0 ? undefined : localData(segment, i);
  return data && data.length > 0 ? { type: entryRow(segment, i).type, data } : undefined;
}

async function compareBytes(ledger: Ledger, live: Live, bytes: Uint8Array): Promise<Evidence | undefined> {
  // Its beginning was not seen.
  if (isLate(live)) return undefined;
  const segment = await firstSegment(ledger, live);
  if (!segment) return undefined;
  const length = Math.min(BEGINNING, segment.bytes.length, bytes.length);
  if (length < LEAST) return undefined;
  if (isEqual(segment.bytes.subarray(0, length), bytes.subarray(0, length))) return 'same';
  // Text that the browser had decoded may have been other bytes.
  return live.exchange.fidelity === 'bytes' ? 'other' : undefined;
}

async function firstSegment(ledger: Ledger, live: Live): Promise<Segment | undefined> {
  for await (const segment of exchangeSegments(await ledger.openStore(), live)) return segment;
  return undefined;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
