import type { Segment } from '../../segment/segment.ts';
import { EntryKind, ProblemKind } from '../../sse/types.ts';
import type { SessionSource } from '../source/sessionSource.ts';
import { type MaskedRange, maskedRanges } from './maskedRanges.ts';
import type { Mask } from './parseMasks.ts';

const X = 0x78;
const LF = 0x0a;
const CR = 0x0d;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * The same session, with the masked parts of its events' data written over, byte for byte: nothing changes its length, so
 * that every chunk and every entry stays where it is. An unfinished block at the end of a stream cannot be looked
 * through: its data, and lines whose field is not known, are masked whole. Patterns apply to comments too, and all masks to lines whose field
 * is not known.
 */
export function maskSource(source: SessionSource, masks: readonly Mask[]): SessionSource {
  if (masks.length === 0) return source;
  return { ...source, segments: (exchange) => maskSegments(source.segments(exchange), masks) };
}

/** The same for the segments of one exchange, each whole and once. */
export async function* maskSegments(
  segments: AsyncIterable<Segment>,
  masks: readonly Mask[],
): AsyncGenerator<Segment> {
  const patterns = masks.filter((mask) => 'pattern' in mask);
  /** The last ones: what begins in them may end in the next one. */
  let held: Segment[] = [];
  for await (const given of segments) {
    const segment = { ...given, bytes: given.bytes.slice() };
    held.push(segment);
    for (let i = 0; i < segment.kinds.length; i++) {
      const kind = segment.kinds[i];
      const to = segment.base + segment.ends[i]!;
      const from = to - segment.lengths[i]!;
      const masked = (mask: (block: Uint8Array) => boolean): void => {
        const block = bytesOf(held, from, to);
        if (mask(block)) writeBack(held, from, block);
      };
      if (kind === EntryKind.incomplete) masked((block) => maskAll(block, from === 0));
      else if (kind === EntryKind.event) masked((block) => maskBlock(block, 'data', from === 0, masks));
      else if (kind === EntryKind.comment && patterns.length > 0)
        masked((block) => maskBlock(block, '', from === 0, patterns));
      else if (kind === EntryKind.problem && segment.values[i] === ProblemKind.unknownField)
        masked((line) => maskUnknown(line, masks, patterns));
    }
    const open = segment.parser.blockStart;
    while (held.length > 0 && held[0]!.base + held[0]!.bytes.length <= open) yield held.shift()!;
  }
  yield* held;
  held = [];
}

/** The value of a line, as a byte range of its block. */
interface LineValue {
  from: number;
  to: number;
}

/** All lines, without their ends. */
function linesOf(block: Uint8Array, atStart: boolean): LineValue[] {
  const lines: LineValue[] = [];
  let at = atStart && block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? 3 : 0;
  while (at < block.length) {
    let end = at;
    while (end < block.length && block[end] !== LF && block[end] !== CR) end++;
    lines.push({ from: at, to: end });
    at = end + 1;
  }
  return lines;
}

/** The values of all lines of that name; '' is a comment. */
function valuesOf(block: Uint8Array, wanted: 'data' | '', atStart: boolean): LineValue[] {
  const name = wanted.length;
  return linesOf(block, atStart).flatMap(({ from: at, to: end }) => {
    let isWanted = end - at >= name && (block[at + name] === 0x3a || (name > 0 && end === at + name));
    for (let i = 0; isWanted && i < name; i++) isWanted = block[at + i] === wanted.charCodeAt(i);
    if (!isWanted) return [];
    let from = Math.min(end, at + name + 1);
    if (block[from] === 0x20 && from < end) from++;
    return [{ from, to: end }];
  });
}

function maskAll(block: Uint8Array, atStart: boolean): boolean {
  const values = [...valuesOf(block, 'data', atStart), ...unknownLines(block, atStart)];
  for (const { from, to } of values) block.fill(X, from, to);
  return values.length > 0;
}

/** Lines whose field is not known. */
function unknownLines(block: Uint8Array, atStart: boolean): LineValue[] {
  return linesOf(block, atStart).filter(
    ({ from, to }) =>
      from < to && !/^(data|event|id|retry|)(:|$)/.test(decoder.decode(block.subarray(from, to))),
  );
}

/** A line of a field that is not known: patterns may match anywhere in it, paths lead into its value. */
function maskUnknown(line: Uint8Array, masks: readonly Mask[], patterns: readonly Mask[]): boolean {
  let to = line.length;
  while (to > 0 && (line[to - 1] === LF || line[to - 1] === CR)) to--;
  const colon = line.indexOf(0x3a);
  const value = colon < 0 ? to : Math.min(to, colon + 1);
  const text = decoder.decode(line.subarray(0, to));
  const valueText = decoder.decode(line.subarray(value, to));
  // What a path leads to is looked for first: a pattern that covers quotes would hide it.
  const inValue = maskedRanges(valueText, masks);
  const inLine = maskedRanges(text, patterns);
  coverText(line, { from: value, to }, valueText, inValue);
  coverText(line, { from: 0, to }, text, inLine);
  return inValue.length + inLine.length > 0;
}

function maskBlock(block: Uint8Array, name: 'data' | '', atStart: boolean, masks: readonly Mask[]): boolean {
  const values = valuesOf(block, name, atStart);
  const texts = values.map(({ from, to }) => decoder.decode(block.subarray(from, to)));
  const ranges = maskedRanges(texts.join('\n'), masks);
  if (ranges.length === 0) return false;
  let start = 0;
  for (const [i, text] of texts.entries()) {
    coverText(block, values[i]!, text, ranges, start);
    start += text.length + 1;
  }
  return true;
}

/**
 * Covers ranges of a text in the bytes of which it was decoded.
 *
 * @param start - where the text begins in that of which these are ranges
 */
function coverText(
  block: Uint8Array,
  { from, to }: LineValue,
  text: string,
  ranges: readonly MaskedRange[],
  start = 0,
): void {
  const isAscii = text.length === to - from;
  // A byte that is no UTF-8 has become a character of another length.
  const isExact = isAscii || encoder.encode(text).length === to - from;
  const byteAt = (unit: number): number =>
    from + (isAscii ? unit : encoder.encode(text.slice(0, unit)).length);
  for (const range of ranges) {
    const first = Math.max(0, range.from - start);
    const last = Math.min(text.length, range.to - start);
    if (first >= last) continue;
    if (isExact) cover(block, byteAt(first), byteAt(last), range.kind);
    else block.fill(X, from, to);
  }
}

function cover(block: Uint8Array, from: number, to: number, kind: MaskedRange['kind']): void {
  if (kind === 'text') block.fill(X, from, to);
  else if (kind === 'word') block.set(encoder.encode('null '.slice(0, to - from)), from);
  else for (let i = from; i < to; i++) if (block[i]! >= 0x30 && block[i]! <= 0x39) block[i] = 0x31;
}

/** A copy of a byte range of the exchange. */
function bytesOf(segments: readonly Segment[], from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  for (const segment of segments) {
    const start = Math.max(from, segment.base);
    const end = Math.min(to, segment.base + segment.bytes.length);
    if (start < end)
      bytes.set(segment.bytes.subarray(start - segment.base, end - segment.base), start - from);
  }
  return bytes;
}

function writeBack(segments: readonly Segment[], from: number, bytes: Uint8Array): void {
  const to = from + bytes.length;
  for (const segment of segments) {
    const start = Math.max(from, segment.base);
    const end = Math.min(to, segment.base + segment.bytes.length);
    if (start < end) segment.bytes.set(bytes.subarray(start - from, end - from), start - segment.base);
  }
}
