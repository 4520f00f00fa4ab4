import { putExchange } from '../../shared/session/exchangeList.ts';
import { openFile } from '../../shared/session/file/open/openFile.ts';
import { entryLastEventId, entryRow } from '../../shared/session/readSegment.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readSegment } from '../../shared/store/read.ts';
import { parseFilter } from '../filter/parseFilter.ts';
import { entryText } from '../reading/entryText.ts';
import { createAssembledReader } from './assembledReader.ts';
import { compareStreams } from './compareStreams.ts';
import { densityOf } from './density.ts';
import { exportSession } from './exportSession.ts';
import { filterStream } from './filterStream.ts';
import { type Stalls, stallsOf } from './findStalls.ts';
import { createHealthReader } from './healthReader.ts';
import { importBatches } from './importBatches.ts';
import type { ImportBatch, QueryApi } from './messages.ts';
import { previewExport } from './previewExport.ts';
import { readIndex, segmentsFrom } from './readIndex.ts';
import { type SortColumn, sortRows } from './sortRows.ts';
import { statisticsOf } from './statistics.ts';
import { type StreamExtent, StreamIndex } from './streamIndex.ts';

/** The panel is told of new columns at most this often, ms. */
const TELL_EVERY = 60;
/** Characters of data that sorting looks at. */
const SORTED_TEXT = 80;

type Answers = {
  [K in keyof QueryApi]: (
    part: (ordinals: Uint32Array) => void,
    signal: AbortSignal,
    ...args: Parameters<QueryApi[K]>
  ) => ReturnType<QueryApi[K]> | Promise<ReturnType<QueryApi[K]>>;
};

/**
 * Answers the panel's questions about the session on show, from the store and from the columns of its streams.
 *
 * @param grown - more columns of these streams have been read
 */
export function createQueryServer(db: Database, grown: (streams: string[]) => void): Answers {
  let session = '';
  let extents = new Map<string, StreamExtent>();
  let indexes = new Map<string, StreamIndex>();
  let stalls = new Map<string, { length: number; jumps: number; value: Stalls }>();
  let health = createHealthReader(db);
  let assembled = createAssembledReader(db);
  /** Streams of which there may be more columns to read. */
  let grownStreams = new Set<string>();
  let reading: AbortController | undefined;
  const imports = new Map<string, AsyncGenerator<ImportBatch>>();

  function indexOf(stream: string): StreamIndex {
    let index = indexes.get(stream);
    if (!index) {
      index = new StreamIndex();
      indexes.set(stream, index);
    }
    return index;
  }

  async function readAll(signal: AbortSignal): Promise<void> {
    while (grownStreams.size > 0) {
      const streams = grownStreams;
      grownStreams = new Set();
      const changed = new Set<string>();
      let nextTell = performance.now() + TELL_EVERY;
      const tell = (): void => {
        if (changed.size > 0) grown([...changed]);
        changed.clear();
        nextTell = performance.now() + TELL_EVERY;
      };
      for (const stream of streams) {
        const extent = extents.get(stream);
        if (!extent) continue;
        await readIndex(db, indexOf(extent.stream), extent, signal, () => {
          changed.add(extent.stream);
          if (performance.now() > nextTell) tell();
        });
        if (signal.aborted) return;
      }
      tell();
    }
  }

  /** The texts of rows, for a column that is not in memory. */
  async function textsOf(
    stream: string,
    ordinals: Uint32Array,
    column: SortColumn,
    signal: AbortSignal,
  ): Promise<string[] | undefined> {
    if (column !== 'id' && column !== 'data') return undefined;
    const texts: string[] = [];
    for (const { id, firstEntry, entries } of extents.get(stream)?.exchanges ?? []) {
      if (texts.length === ordinals.length) break;
      if (ordinals[texts.length]! >= firstEntry + entries) continue;
      for await (const segment of segmentsFrom(db, id, 0)) {
        if (signal.aborted) return texts;
        const end = firstEntry + segment.firstEntry + segment.kinds.length;
        while (texts.length < ordinals.length && ordinals[texts.length]! < end) {
          const i = ordinals[texts.length]! - firstEntry - segment.firstEntry;
          if (column === 'id') texts.push(entryLastEventId(segment, i));
          else {
            const source = (index: number) => readSegment(db, segment.exchange, index);
            const text = await entryText(segment, i, entryRow(segment, i), source);
            texts.push(text.slice(0, SORTED_TEXT));
          }
        }
      }
    }
    return texts;
  }

  return {
    async importOpen(part, signal, file, name, id, salvage) {
      let told = 0;
      const progress = (done: number): void => {
        signal.throwIfAborted();
        if (done > told) part(Uint32Array.of(done));
        told = done;
      };
      const read = await openFile(file, { name, id, now: Date.now(), salvage, progress });
      signal.throwIfAborted();
      imports.set(id, importBatches(read));
    },
    async importNext(_part, _signal, id) {
      const next = await imports.get(id)?.next();
      if (!next || next.done) throw new Error('This file is not open any more.');
      if (next.value.last) imports.delete(id);
      return next.value;
    },
    importEnd: (_part, _signal, id) => void imports.delete(id),
    export: (part, signal, question) => exportSession(db, question, part, signal),
    previewExport: (_part, signal, session, streams, masks) =>
      previewExport(db, session, streams, masks, signal),
    look(_part, _signal, wanted, given, replaced) {
      if (wanted !== session) {
        reading?.abort();
        reading = undefined;
        session = wanted;
        extents = new Map();
        indexes = new Map();
        stalls = new Map();
        health = createHealthReader(db);
        assembled = createAssembledReader(db);
        grownStreams = new Set();
      }
      for (const stream of replaced) {
        // Whoever reads into the one before goes on with it: nobody looks at that any more.
        indexes.delete(stream);
        stalls.delete(stream);
        assembled.forget(stream);
        grownStreams.add(stream);
      }
      for (const { stream, exchanges } of given) {
        const known = extents.get(stream);
        if (known) for (const one of exchanges) putExchange(known.exchanges, one);
        else extents.set(stream, { stream, exchanges });
        grownStreams.add(stream);
        health.changed(
          stream,
          exchanges.map(({ id }) => id),
        );
      }
      if (reading) return;
      const own = new AbortController();
      reading = own;
      void readAll(own.signal)
        .catch(() => {})
        .finally(() => {
          if (reading === own) reading = undefined;
        });
    },
    density(_part, _signal, streams, from, to, bins) {
      return Object.fromEntries(
        streams.map((stream) => [stream, densityOf(indexOf(stream), from, to, bins)]),
      );
    },
    async rows(part, signal, { stream, filter, time, from, to }) {
      const extent = extents.get(stream);
      if (!extent) return from;
      const { terms } = parseFilter(filter);
      return filterStream(db, extent, terms, { from, to, time }, part, signal);
    },
    async sort(_part, signal, stream, order, ordinals) {
      const index = indexOf(stream);
      const rows = ordinals ?? Uint32Array.from({ length: index.length }, (_, n) => n);
      // What has no columns yet comes with the next sorting.
      const known = rows.at(-1)! >= index.length ? rows.filter((n) => n < index.length) : rows;
      return sortRows(index, known, order, await textsOf(stream, known, order.column, signal));
    },
    health: (_part, signal, streams, marks, browser, now) =>
      health.read(streams, marks, browser, now, signal),
    statistics(_part, _signal, streams, jumps) {
      return statisticsOf(streams.map(indexOf), jumps);
    },
    stalls(_part, _signal, streams, jumps) {
      return Object.fromEntries(
        streams.map((stream) => {
          const index = indexOf(stream);
          const known = stalls.get(stream);
          if (known?.length === index.length && known.jumps === jumps.length) return [stream, known.value];
          const value = stallsOf(index, jumps);
          stalls.set(stream, { length: index.length, jumps: jumps.length, value });
          return [stream, value];
        }),
      );
    },
    nearest: (_part, _signal, stream, time) => indexOf(stream).nearest(time),
    sameType(_part, _signal, stream, n, step) {
      const index = indexOf(stream);
      if (n >= index.length) return -1;
      const type = index.typeOf.at(n);
      for (let at = n + step; at >= 0 && at < index.length; at += step) {
        if (index.typeOf.at(at) === type && index.kinds.at(at) === EntryKind.event) return at;
      }
      return -1;
    },
    compare: (_part, signal, streams, session, replaySession, redirected, since) =>
      compareStreams(db, { streams, session, replaySession, redirected, since }, signal),
    types: (_part, _signal, stream) => [...indexOf(stream).types],
    async assembled(_part, signal, stream, facts, ending) {
      const extent = extents.get(stream);
      return extent && assembled.read(extent, facts, ending, signal);
    },
    assembledEvent: (_part, _signal, stream, answer, part, offset) =>
      assembled.eventAt(stream, answer, part, offset),
  };
}
