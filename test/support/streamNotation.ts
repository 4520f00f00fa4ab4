import { createParser, type Parser } from '../../src/shared/sse/parse.ts';
import { readBlock } from '../../src/shared/sse/readEvent.ts';
import { EntryKind, type EntrySink, ProblemKind } from '../../src/shared/sse/types.ts';

const encoder = new TextEncoder();
const PROBLEM_NAMES = Object.fromEntries(Object.entries(ProblemKind).map(([name, kind]) => [kind, name]));

/** The chunks of a stream in the notation of the fixtures. */
export function chunksOf(notation: string): Uint8Array[] {
  return notation.split('|').map((part) => {
    const bytes: number[] = [];
    for (const piece of part.split(/(⟨[0-9a-f]{2}⟩|⟨BOM⟩)/)) {
      const byte = /^⟨([0-9a-f]{2})⟩$/.exec(piece);
      if (byte) bytes.push(Number.parseInt(byte[1]!, 16));
      else bytes.push(...encoder.encode(piece.replace('⟨BOM⟩', '\ufeff')));
    }
    return new Uint8Array(bytes);
  });
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** One entry as the parser reports it, with its ID as text. */
export interface ReadEntry {
  kind: EntryKind;
  start: number;
  end: number;
  detail: number;
  type: string;
  dataSize: number;
  dataStart: number;
  idStart: number;
  idEnd: number;
  lastEventId: string;
}

/** Parses chunks; `restart` goes on with a new parser from stored state before each chunk. */
export function parseChunks(chunks: readonly Uint8Array[], { restart = false } = {}): ReadEntry[] {
  const entries: ReadEntry[] = [];
  let parser: Parser;
  const sink: EntrySink = {
    entry(kind, start, end, detail, type, dataSize, dataStart, idStart, idEnd) {
      const lastEventId = parser.lastEventId();
      entries.push({ kind, start, end, detail, type, dataSize, dataStart, idStart, idEnd, lastEventId });
    },
  };
  parser = createParser(sink);
  for (const chunk of chunks) {
    if (restart) parser = createParser(sink, structuredClone(parser.state()));
    // The chunk is the caller's again when push returns.
    const lent = chunk.slice();
    parser.push(lent);
    lent.fill(0x21);
  }
  parser.end();
  return entries;
}

/** An entry as a line of a fixture. */
export function entryLine(entry: ReadEntry, bytes: Uint8Array): string {
  const block = bytes.subarray(entry.start, entry.end);
  const atStart = entry.start === 0;
  const id = entry.lastEventId === '' ? '' : ` id=${visible(entry.lastEventId)}`;
  switch (entry.kind) {
    case EntryKind.event:
      return `event ${visible(entry.type)} ${quote(eventData(entry, bytes))}${id}`;
    case EntryKind.comment:
      return `comment ${quote(commentText(block, atStart))}${id}`;
    case EntryKind.retry:
      return `retry ${entry.detail}${id}`;
    case EntryKind.problem:
      return `problem ${PROBLEM_NAMES[entry.detail]}`;
    case EntryKind.incomplete:
      return `incomplete ${visible(entry.type)} ${quote(completeData(block, atStart))}${id}`;
  }
}

/** The data of an event: by its place where it is one piece, out of the whole block otherwise. */
export function eventData(entry: ReadEntry, bytes: Uint8Array): string {
  const { start, end, dataStart, dataSize } = entry;
  if (dataStart < 0) return readBlock(bytes.subarray(start, end), start === 0).data;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    bytes.subarray(dataStart, dataStart + dataSize),
  );
}

/** The text of a comment with its leading space, which is not removed as it is from a field's value. */
function commentText(block: Uint8Array, atStart: boolean): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(block);
  return text.slice(atStart && text.startsWith('\ufeff') ? 2 : 1).replace(/[\r\n]+$/, '');
}

/** Data of the lines that are complete: an unfinished line has no value yet. */
function completeData(block: Uint8Array, atStart: boolean): string {
  let to = block.length;
  while (to > 0 && block[to - 1] !== 0x0a && block[to - 1] !== 0x0d) to--;
  return readBlock(block.subarray(0, to), atStart).data;
}

function quote(text: string): string {
  return `"${visible(text).replace(/["]/g, '\\"').replace(/\n/g, '\\n').replace(/\t/g, '\\t')}"`;
}

function visible(text: string): string {
  return text.replace(/\ufeff/g, '⟨BOM⟩');
}
