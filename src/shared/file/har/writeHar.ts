import { entryTime } from '../../segment/readSegment.ts';
import type { Exchange } from '../../session/types.ts';
import { EntryKind } from '../../sse/types.ts';
import type { Redactor } from '../source/redact.ts';
import type { SessionSource } from '../source/sessionSource.ts';
import { eventsOf } from '../text/events.ts';
import { harEntry, harLog } from './harFields.ts';

/** Text is handed over in pieces of about so many characters. */
const PIECE = 256 * 1024;

/**
 * A session as a HAR 1.2 file, piece by piece: one entry for each exchange, the whole stream in its
 * `response.content.text` (base64 where the bytes are not UTF-8). Chrome's own `_eventSourceMessages` lets its Network
 * panel show the events; what HAR has no place for is under `_sse`.
 *
 * @param version - of the program that writes it
 * @param isMasked - the data of events is not what it was: the file says so
 */
export async function* writeHar(
  source: SessionSource,
  redactor: Redactor,
  version: string,
  isMasked = false,
): AsyncGenerator<string> {
  const { pages, sse } = harLog(source, redactor, isMasked);
  yield `{"log":{"version":"1.2","creator":${JSON.stringify({ name: 'SSE Scope', version })},`;
  yield `"pages":${JSON.stringify(pages)},"_sse":${JSON.stringify(sse)},"entries":[`;
  let first = true;
  for (const exchange of source.exchanges) {
    yield first ? '\n' : ',\n';
    first = false;
    yield* writeEntry(source, exchange, redactor);
  }
  yield '\n]}}\n';
}

async function* writeEntry(
  source: SessionSource,
  exchange: Exchange,
  redactor: Redactor,
): AsyncGenerator<string> {
  const { head, response, mimeType, sse } = harEntry(source, exchange, redactor);
  const isUtf8 = await isUtf8Throughout(source, exchange.id);
  yield JSON.stringify(head).slice(0, -1);
  yield `,"response":${JSON.stringify(response).slice(0, -1)},"content":{"size":${exchange.bytes},`;
  yield `"mimeType":${JSON.stringify(mimeType)},${isUtf8 ? '' : '"encoding":"base64",'}"text":"`;
  yield* isUtf8 ? textOf(source, exchange.id) : base64Of(source, exchange.id);
  yield '"}},"_eventSourceMessages":[';
  yield* messagesOf(source, exchange.id);
  yield `],"_sse":${JSON.stringify(sse).slice(0, -1)}`;
  yield* chunksOf(source, exchange);
  yield* entriesOf(source, exchange);
  yield '}}';
}

async function isUtf8Throughout(source: SessionSource, exchange: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const { bytes } of source.segments(exchange)) decoder.decode(bytes, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** The bytes as the inside of a JSON string. */
async function* textOf(source: SessionSource, exchange: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const { bytes } of source.segments(exchange)) {
    yield JSON.stringify(decoder.decode(bytes, { stream: true })).slice(1, -1);
  }
}

async function* base64Of(source: SessionSource, exchange: string): AsyncGenerator<string> {
  let left = new Uint8Array(0);
  for await (const { bytes } of source.segments(exchange)) {
    const all = new Uint8Array(left.length + bytes.length);
    all.set(left);
    all.set(bytes, left.length);
    // Three bytes are four letters: what is over waits for the next piece.
    const whole = all.length - (all.length % 3);
    yield toBase64(all.subarray(0, whole));
    left = all.slice(whole);
  }
  yield toBase64(left);
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}

/** As Chrome writes them: the time in seconds. */
async function* messagesOf(source: SessionSource, exchange: string): AsyncGenerator<string> {
  let piece = '';
  let first = true;
  for await (const { time, type, lastEventId, data } of eventsOf(source, exchange)) {
    if (!first) piece += ',';
    first = false;
    piece += JSON.stringify({ time: time / 1000, eventName: type, eventId: lastEventId, data });
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** Where each chunk ends in the bytes, and when it came: ms after the exchange began, rounded to microseconds. */
async function* chunksOf(source: SessionSource, { id, startedAt }: Exchange): AsyncGenerator<string> {
  yield ',"chunks":[';
  let first = true;
  for await (const { base, chunkEnds, chunkTimes, continues } of source.segments(id)) {
    let piece = '';
    for (let i = 0; i < chunkEnds.length; i++) {
      // A chunk that goes on in the next segment ends there.
      if (continues && i === chunkEnds.length - 1) break;
      piece += `${first ? '' : ','}[${base + chunkEnds[i]!},${Math.round((chunkTimes[i]! - startedAt) * 1000) / 1000}]`;
      first = false;
    }
    yield piece;
  }
  yield ']';
}

/** Entries that are no events: kind, byte range, time after the exchange began. They can be read from the bytes too. */
async function* entriesOf(source: SessionSource, { id, startedAt }: Exchange): AsyncGenerator<string> {
  const names = {
    [EntryKind.comment]: 'comment',
    [EntryKind.retry]: 'retry',
    [EntryKind.problem]: 'problem',
  };
  yield ',"entries":[';
  let first = true;
  for await (const segment of source.segments(id)) {
    let piece = '';
    for (let i = 0; i < segment.kinds.length; i++) {
      const kind = segment.kinds[i]!;
      if (kind === EntryKind.event) continue;
      const end = segment.base + segment.ends[i]!;
      const entry = {
        kind: names[kind as 1 | 2 | 3] ?? 'incomplete',
        start: end - segment.lengths[i]!,
        end,
        at: Math.round((entryTime(segment, i) - startedAt) * 1000) / 1000,
        value: segment.values[i],
      };
      piece += (first ? '' : ',') + JSON.stringify(entry);
      first = false;
    }
    yield piece;
  }
  yield ']';
}
