import { entryLastEventId, entrySize } from '../../shared/segment/readSegment.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import { matchEntry } from '../filter/matchEntry.ts';
import type { Term } from '../filter/parseFilter.ts';

/** What a segment does not know of its entries. */
export interface SegmentContext {
  /** Number of the exchange. */
  exchange: number;
  /** Arrival of the entry before the i-th one, or undefined when there is none. */
  timeBefore: number | undefined;
  /** What the i-th entry says, in full, however many segments it is spread over. */
  textOf(i: number): string | Promise<string>;
}

/** One byte is one character: places in the text are places in the bytes. */
const byteDecoder = new TextDecoder('latin1');
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const isAscii = (word: string) => /^[\x20-\x7e]*$/.test(word);

/**
 * Which entries of a segment, from the i-th one on, match a filter: one byte each, 1 or 0.
 *
 * Words in ASCII, the usual case, are looked for in all bytes of the segment at once; where a word stands tells whose
 * data it is in. Only what that cannot tell is decoded entry by entry.
 */
export async function matchSegment(
  segment: Segment,
  from: number,
  terms: readonly Term[],
  context: SegmentContext,
): Promise<Uint8Array> {
  const matches = new Uint8Array(segment.kinds.length - from).fill(1);
  const slow: Term[] = [];
  let lower: string | undefined;
  for (const term of terms) {
    if (term.by === 'text' && isAscii(term.word)) {
      lower ??= byteDecoder.decode(segment.bytes).toLowerCase();
      await keepWithWord(segment, from, term, lower, matches, context);
    } else if (term.by === 'type' || term.by === 'kind' || term.by === 'exchange') {
      keepByColumns(segment, from, term, matches, context);
    } else slow.push(term);
  }
  if (slow.length > 0) await keepOneByOne(segment, from, slow, matches, context);
  return matches;
}

async function keepWithWord(
  segment: Segment,
  from: number,
  term: Extract<Term, { by: 'text' }>,
  lower: string,
  matches: Uint8Array,
  context: SegmentContext,
): Promise<void> {
  const { word, negated } = term;
  const { kinds, ends, lengths, values, dataStarts, typeOf, idStarts, idLengths } = segment;
  const typeHas = segment.types.map((type) => type.toLowerCase().includes(word));
  const carriedHas = segment.carriedIds.map(({ text }) => text.toLowerCase().includes(word));
  const places: number[] = [];
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) places.push(at);
  /** Whether the word stands in [start, end). Asked for in ascending order, but for IDs. */
  let next = 0;
  const within = (start: number, end: number): boolean => {
    while (next < places.length && places[next]! < start) next++;
    while (next > 0 && places[next - 1]! >= start) next--;
    return next < places.length && places[next]! + word.length <= end;
  };
  for (let i = 0; i < matches.length; i++) {
    if (!matches[i]) continue;
    const n = from + i;
    const kind = kinds[n]!;
    const idStart = idStarts[n]!;
    let has =
      typeHas[typeOf[n]!]! ||
      (idStart < 0 ? carriedHas[-1 - idStart]! : within(idStart, idStart + idLengths[n]!));
    if (!has) {
      const start = dataStarts[n]!;
      if (start >= 0) has = within(start, start + values[n]!);
      else if (
        kind === EntryKind.retry ||
        kind === EntryKind.problem ||
        lengths[n]! > ends[n]! ||
        within(ends[n]! - lengths[n]!, ends[n]!)
      ) {
        has = (await context.textOf(n)).toLowerCase().includes(word);
      }
    }
    if (has === negated) matches[i] = 0;
  }
}

function keepByColumns(
  segment: Segment,
  from: number,
  term: Extract<Term, { by: 'type' | 'id' | 'kind' | 'exchange' }>,
  matches: Uint8Array,
  { exchange }: SegmentContext,
): void {
  const ofType = term.by === 'type' ? segment.types.map((type) => term.pattern.test(type)) : [];
  for (let i = 0; i < matches.length; i++) {
    const n = from + i;
    const has =
      term.by === 'type'
        ? ofType[segment.typeOf[n]!]!
        : term.by === 'kind'
          ? segment.kinds[n] === term.kind
          : term.by === 'exchange' && exchange === term.number;
    if (has === term.negated) matches[i] = 0;
  }
}

async function keepOneByOne(
  segment: Segment,
  from: number,
  terms: readonly Term[],
  matches: Uint8Array,
  { exchange, timeBefore, textOf }: SegmentContext,
): Promise<void> {
  const { kinds, ends, values, dataStarts, typeOf, types, chunkEnds, chunkTimes } = segment;
  const textMatters = terms.some(({ by }) => by === 'text' || by === 'regex' || by === 'json');
  const idMatters = terms.some(({ by }) => by === 'text' || by === 'regex' || by === 'id');
  const text = textMatters ? decoder.decode(segment.bytes) : '';
  // Every byte is one unit, as in ASCII: the data is cut out of the text.
  const sameplaces = text.length === segment.bytes.length;
  let chunk = 0;
  let before = timeBefore;
  const timeOf = (n: number): number => {
    while (chunk < chunkEnds.length - 1 && chunkEnds[chunk]! < ends[n]!) chunk++;
    return chunkTimes[chunk]!;
  };
  for (let i = 0; i < matches.length; i++) {
    const n = from + i;
    const time = timeOf(n);
    const gap = before === undefined ? undefined : time - before;
    before = time;
    if (!matches[i]) continue;
    const start = dataStarts[n]!;
    const end = start + values[n]!;
    let said = '';
    if (textMatters) {
      if (start < 0) said = await textOf(n);
      else said = sameplaces ? text.slice(start, end) : decoder.decode(segment.bytes.subarray(start, end));
    }
    const stays = matchEntry(terms, {
      kind: kinds[n] as EntryKind,
      type: types[typeOf[n]!]!,
      id: idMatters ? entryLastEventId(segment, n) : '',
      size: entrySize(segment, n),
      gap,
      exchange,
      text: said,
    });
    if (!stays) matches[i] = 0;
  }
}
