import type { Database } from '../../shared/store/open.ts';
import { parseFilter } from '../filter/parseFilter.ts';
import { createAssembledReader } from './assembledReader.ts';
import { compareStreams } from './compareStreams.ts';
import { densityOf } from './density.ts';
import { exportSession } from './exportSession.ts';
import { createFactsReader } from './factsReader.ts';
import { filterStream } from './filterStream.ts';
import { createFindingsReader } from './findingsReader.ts';
import { healthOf } from './healthOf.ts';
import type { QueryApi } from './messages.ts';
import { createOpenImports } from './openImports.ts';
import { previewExport } from './previewExport.ts';
import { sameType } from './sameType.ts';
import { SessionIndexes } from './sessionIndexes.ts';
import { sortRows } from './sortRows.ts';
import { StallsReader } from './stallsReader.ts';
import { statisticsOf } from './statistics.ts';
import { textsOfRows } from './textsOfRows.ts';

type Answers = {
  [K in keyof QueryApi]: (
    part: (ordinals: Uint32Array) => void,
    signal: AbortSignal,
    ...args: Parameters<QueryApi[K]>
  ) => ReturnType<QueryApi[K]> | Promise<ReturnType<QueryApi[K]>>;
};

/** What is known of the session on show. */
function createReaders(db: Database, grown: (streams: string[]) => void) {
  const facts = createFactsReader(db);
  return {
    facts,
    findings: createFindingsReader(facts),
    indexes: new SessionIndexes(db, grown),
    stalls: new StallsReader(),
    assembled: createAssembledReader(db),
  };
}

/**
 * Answers the panel's questions about the session on show, from the store and from the columns of its streams.
 *
 * @param grown - more columns of these streams have been read
 */
export function createQueryServer(db: Database, grown: (streams: string[]) => void): Answers {
  let session = '';
  let own = createReaders(db, grown);
  const imports = createOpenImports();
  return {
    importOpen: (part, signal, file, name, id, salvage) =>
      imports.open(file, name, id, salvage, part, signal),
    importNext: (_part, _signal, id) => imports.next(id),
    importEnd: (_part, _signal, id) => imports.close(id),
    export: (part, signal, question) => exportSession(db, question, part, signal),
    previewExport: (_part, signal, session, streams, masks) =>
      previewExport(db, session, streams, masks, signal),
    look(_part, _signal, wanted, given, replaced) {
      if (wanted !== session) {
        own.indexes.close();
        session = wanted;
        own = createReaders(db, grown);
      }
      for (const stream of replaced) {
        own.indexes.replace(stream);
        own.stalls.forget(stream);
        own.assembled.forget(stream);
      }
      for (const extent of given) {
        own.indexes.change(extent);
        own.findings.changed(extent.stream);
        own.facts.changed(
          extent.stream,
          extent.exchanges.map(({ id }) => id),
        );
      }
      own.indexes.read();
    },
    density: (_part, _signal, streams, from, to, bins) =>
      Object.fromEntries(
        streams.map((stream) => [stream, densityOf(own.indexes.indexOf(stream), from, to, bins)]),
      ),
    async rows(part, signal, { stream, filter, time, from, to }) {
      const extent = own.indexes.extentOf(stream);
      if (!extent) return from;
      const { terms } = parseFilter(filter);
      return filterStream(db, extent, terms, { from, to, time }, part, signal);
    },
    async sort(_part, signal, stream, order, ordinals) {
      const index = own.indexes.indexOf(stream);
      const extent = own.indexes.extentOf(stream);
      const rows = ordinals ?? Uint32Array.from({ length: index.length }, (_, n) => n);
      // What has no columns yet comes with the next sorting.
      const known = rows.at(-1)! >= index.length ? rows.filter((n) => n < index.length) : rows;
      return sortRows(index, known, order, await textsOfRows(db, extent, known, order.column, signal));
    },
    async health(_part, signal, streams, marks, browser, now) {
      const neighbours = await own.facts.neighbours(session);
      const read = await own.facts.read(streams, { marks, neighbours, browser, now }, signal);
      return read && healthOf(read);
    },
    findings: (_part, signal, groups, marks, browser, now) =>
      own.findings.read(session, groups, { marks, browser, now }, signal),
    statistics: (_part, _signal, streams, jumps) =>
      statisticsOf(
        streams.map((stream) => own.indexes.indexOf(stream)),
        jumps,
      ),
    stalls: (_part, _signal, streams, jumps) =>
      Object.fromEntries(
        streams.map((stream) => [stream, own.stalls.read(stream, own.indexes.indexOf(stream), jumps)]),
      ),
    nearest: (_part, _signal, stream, time) => own.indexes.indexOf(stream).nearest(time),
    sameType: (_part, _signal, stream, n, step) => sameType(own.indexes.indexOf(stream), n, step),
    compare: (_part, signal, streams, session, replaySession, redirected, since) =>
      compareStreams(db, { streams, session, replaySession, redirected, since }, signal),
    types: (_part, _signal, stream) => [...own.indexes.indexOf(stream).types],
    async assembled(_part, signal, stream, facts, ending) {
      const extent = own.indexes.extentOf(stream);
      return extent && own.assembled.read(extent, facts, ending, signal);
    },
    assembledEvent: (_part, _signal, stream, answer, part, offset) =>
      own.assembled.eventAt(stream, answer, part, offset),
  };
}
