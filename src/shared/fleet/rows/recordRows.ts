import { entryBytes, entryData, entrySize } from '../../segment/readSegment.ts';
import type { Segment } from '../../segment/segment.ts';
import { createTextReader, readBlock } from '../../sse/readEvent.ts';
import { EntryKind, ProblemKind } from '../../sse/types.ts';
import type { RECORDS } from '../schema/recordsTable.ts';
import { dayOf, moment } from './moment.ts';
import type { RowBuffer } from './rowBuffer.ts';
import type { StreamPlace } from './streamPlace.ts';

export const KINDS: Record<EntryKind, string> = {
  [EntryKind.event]: 'event',
  [EntryKind.comment]: 'comment',
  [EntryKind.retry]: 'retry',
  [EntryKind.problem]: 'problem',
  [EntryKind.incomplete]: 'incomplete',
};
const PROBLEMS = new Map<number, string>(Object.entries(ProblemKind).map(([name, kind]) => [kind, name]));

/** One connection, as far as its records need it. */
export interface RecordedConnection {
  place: StreamPlace;
  exchange: string;
  /** Its number in the stream, from 1. */
  number: number;
  /** Records of the stream before it. */
  before: number;
  /** When the last of them came; undefined where there is none. */
  timeBefore: number | undefined;
}

export interface RecordRowsOptions {
  keepsData: boolean;
  /** Ordinals in the connection that are wanted; undefined for all. */
  wanted?: ((ordinal: number) => boolean) | undefined;
}

/** Takes the segments of a connection in their order, each whole and once, and adds a row for each record. */
export function createRecordRows(
  rows: RowBuffer<typeof RECORDS>,
  { place, exchange, number, before, timeBefore }: RecordedConnection,
  { keepsData, wanted }: RecordRowsOptions,
): { add(segment: Segment): Promise<void>; readonly lastTime: number | undefined } {
  const to = rows.columns;
  let last = timeBefore;
  /** Segments in which an unfinished record may have begun. */
  let earlier: Segment[] = [];

  function addPlace(ordinal: number, time: number): void {
    to.day.push(dayOf(time));
    to.host.push(place.host);
    to.session.push(place.session);
    to.stream.push(place.stream);
    to.endpoint.push(place.endpoint);
    to.release.push(place.release);
    to.exchange.push(exchange);
    to.connection.push(number);
    to.ordinal.push(ordinal);
    to.n.push(before + ordinal + 1);
    to.arrived_at.push(moment(time));
    to.gap_ms.push(last === undefined ? null : time - last);
  }

  return {
    get lastTime() {
      return last;
    },
    async add(segment) {
      earlier.push(segment);
      const find = async (index: number) => earlier.find((one) => one.index === index);
      const { kinds, ends, values, typeOf, types, chunkEnds, chunkTimes } = segment;
      const read = createTextReader(segment.bytes);
      const ids = createIdReader(segment, read);
      let chunk = 0;
      for (let i = 0; i < kinds.length; i++) {
        while (chunk < chunkEnds.length - 1 && chunkEnds[chunk]! < ends[i]!) chunk++;
        const time = chunkTimes[chunk]!;
        const ordinal = segment.firstEntry + i;
        if (wanted && !wanted(ordinal)) {
          last = time;
          continue;
        }
        const kind = kinds[i] as EntryKind;
        addPlace(ordinal, time);
        to.kind.push(KINDS[kind]);
        to.type.push(types[typeOf[i]!]!);
        to.event_id.push(ids(i));
        to.size.push(entrySize(segment, i));
        to.retry_ms.push(kind === EntryKind.retry ? values[i]! : null);
        to.problem.push(kind === EntryKind.problem ? (PROBLEMS.get(values[i]!) ?? null) : null);
        const start = segment.dataStarts[i]!;
        if (!keepsData || kind === EntryKind.retry || kind === EntryKind.problem) to.data.push(null);
        else if (kind === EntryKind.comment) {
          const line = await entryBytes(segment, i, find);
          to.data.push(readBlock(line, ordinal === 0 && segment.base === 0).fields[0]?.value ?? '');
        } else to.data.push(start >= 0 ? read(start, start + values[i]!) : await entryData(segment, i, find));
        last = time;
      }
      // What is complete is needed no more.
      if (kinds.length > 0) earlier = [segment];
    },
  };
}

/** The last event IDs of entries in their order: an ID that holds for many is read once. */
function createIdReader(segment: Segment, read: (from: number, to: number) => string): (i: number) => string {
  let known = Number.NaN;
  let id = '';
  return (i) => {
    const start = segment.idStarts[i]!;
    if (start === known) return id;
    known = start;
    id = start < 0 ? segment.carriedIds[-1 - start]!.text : read(start, start + segment.idLengths[i]!);
    return id;
  };
}
