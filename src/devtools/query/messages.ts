/**
 * Between the panel and its query worker, which reads the store beside it: types only. The panel asks, an answer has
 * the number of its question; long work hands over parts before that, and may be cancelled.
 */

import type { StreamContext, StreamEnding } from '../../shared/assemble/build/streamContext.ts';
import type { FoundSecret } from '../../shared/file/source/redact.ts';
import type { RedirectedStream } from '../../shared/protocol/panelLink.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import type { ClockJump } from '../../shared/session/clockJumps.ts';
import type { Exchange, Mark, Session, Stream } from '../../shared/session/types.ts';
import type { AssembledReport, TextPart } from './assembledReader.ts';
import type { Comparison } from './compareStreams.ts';
import type { Density } from './density.ts';
import type { StreamFindings } from './findingsReader.ts';
import type { Stalls } from './findStalls.ts';
import type { HealthReport } from './healthOf.ts';
import type { SortOrder } from './sortRows.ts';
import type { Statistics } from './statistics.ts';
import type { StreamExtent } from './streamIndex.ts';

/** What the rows of the table are. */
export interface RowsQuestion {
  stream: string;
  /** The text of the filter: regular expressions go by their source. */
  filter: string;
  time: { from: number; to: number } | undefined;
  /** Ordinals that are to be looked at. */
  from: number;
  to: number;
}

/** What is to be written into a file. */
export interface ExportQuestion {
  session: string;
  format: 'har' | 'sse' | 'ndjson' | 'csv' | 'parquet';
  /** Undefined: all of the session. */
  streams: string[] | undefined;
  /** Of one stream, only these entries (for `ndjson`, `csv` and `parquet`); undefined for all. */
  ordinals: Uint32Array | undefined;
  secrets: ExportSecrets;
  /** Of the extension. */
  version: string;
}

/** What does not go into a file as it was. */
export interface ExportSecrets {
  /** Headers and parameters that let somebody in are written as they are. */
  keepSecrets: boolean;
  /** What of the data of events is masked, as `parseMasks` reads it. */
  masks: string;
}

/** What would be masked in a file. */
export interface ExportPreview {
  secrets: FoundSecret[];
  /** Events that were looked through with the masks; those that they change, and how. */
  events: number;
  masked: number;
  samples: { before: string; after: string }[];
}

/** A part of a file, ready to be written. */
export interface ImportBatch {
  sessions: Session[];
  streams: Stream[];
  exchanges: Exchange[];
  segments: Segment[];
  marks: Mark[];
  last: boolean;
  /** How far it is, in thousandths. */
  done: number;
  /** With the last one: what was left out, in sentences. */
  notes: string[];
}

export interface QueryApi {
  /**
   * Opens a file; what is wrong with it is an error. Parts are how far it is, in thousandths.
   *
   * @param salvage - what comes before the place where the file is damaged is read
   */
  importOpen(file: Blob, name: string, session: string, salvage: boolean): void;
  /** The next part of the file that was opened; the last one says so. */
  importNext(session: string): ImportBatch;
  /** Nobody wants the rest of it. */
  importEnd(session: string): void;
  /** A file. Parts are how far it is, in thousandths. */
  export(question: ExportQuestion): Blob;
  /** What would be masked in a file; of the streams, or of all of the session. */
  previewExport(session: string, streams: string[] | undefined, masks: string): ExportPreview;
  /**
   * Streams have grown: columns are read up to there.
   *
   * @param extents - exchanges that are new or have changed
   * @param replaced - streams of which other bytes have taken the place of those that were there: they are read anew
   */
  look(session: string, extents: StreamExtent[], replaced: string[]): void;
  density(streams: string[], from: number, to: number, bins: number): Record<string, Density>;
  /** Parts are ordinals that match, ascending. Answers how far it has looked. */
  rows(question: RowsQuestion): number;
  /** Ordinals in another order. Without `ordinals`: all of the stream. */
  sort(stream: string, order: SortOrder, ordinals: Uint32Array | undefined): Uint32Array;
  /** @param marks - of the page, by time */
  health(
    streams: string[],
    marks: Mark[],
    browser: 'chromium' | 'firefox',
    now: number,
  ): HealthReport | undefined;
  /**
   * What is wrong with the streams of the session.
   *
   * @param groups - ids of the streams of each logical stream
   */
  findings(groups: string[][], marks: Mark[], browser: 'chromium' | 'firefox', now: number): StreamFindings[];
  statistics(streams: string[], jumps: ClockJump[]): Statistics;
  stalls(streams: string[], jumps: ClockJump[]): Record<string, Stalls>;
  /** Ordinal of the entry nearest to a time; -1 when there is none. */
  nearest(stream: string, time: number): number;
  /** Ordinal of the next or former event of the same type; -1 when there is none. */
  sameType(stream: string, n: number, step: 1 | -1): number;
  types(stream: string): string[];
  /** What a stream says as a whole; undefined where it has no known format. */
  assembled(stream: string, facts: StreamContext, ending: StreamEnding): AssembledReport | undefined;
  /** Ordinal of the entry that brought a place in the text of an answer; -1 when there is none. */
  assembledEvent(stream: string, answer: number, part: TextPart, offset: number): number;
  /** Streams of a session held against those that were opened after `since` in another one. */
  compare(
    streams: string[],
    session: string,
    replaySession: string,
    redirected: RedirectedStream[],
    since: number,
  ): Comparison[];
}

export type Question = {
  [K in keyof QueryApi]: { id: number; ask: K; args: Parameters<QueryApi[K]> };
}[keyof QueryApi];

export type PanelToQuery = Question | { id: number; ask: 'cancel' };

export type QueryToPanel =
  | { id: number; part: Uint32Array }
  | { id: number; answer: unknown }
  /** `readable`: exchanges of a damaged file that can be read all the same. */
  | { id: number; error: string; readable: number }
  /** More columns have been read. */
  | { grown: string[] };
