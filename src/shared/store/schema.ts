import type { DBSchema } from 'idb';
import type { Segment } from '../segment/segment.ts';
import type { HttpFact } from '../session/httpFacts.ts';
import type { Exchange, Fidelity, Mark, Session, Stream, Transport } from '../session/types.ts';

export const DATABASE_NAME = 'sse-scope';
export const DATABASE_VERSION = 4;
/** Bytes of recorded streams that are kept, unless the user says otherwise. */
export const BUDGET = 1 << 30;

/** How far one document's batches have been written, so that a batch that comes again is written once. */
export interface DocumentProgress {
  id: string;
  session: string;
  /** Sequence number of its last batch in the store. */
  sequence: number;
}

/**
 * A request that the HTTP layer saw, until it is over: either joined to an exchange, or waiting for the page to say
 * whose it is. Then what was seen of it waits here too.
 */
export interface HttpRequest {
  /** The browser's own name of it: unique until the browser is closed. */
  id: string;
  session: string;
  tab: number;
  method: string;
  /** As first sent, before any redirect; without a fragment. */
  url: string;
  startedAt: number;
  /** Its beginning was not seen: `startedAt` is when it was first heard of. */
  late?: true;
  /** The wire was taken off before it was over: nothing more comes over it. */
  cut?: true;
  /** -1: not a frame's. */
  frameId: number;
  worker: boolean;
  documentUrl: string;
  /** The browser's name of the document that asks; '' where it does not say. */
  documentId?: string;
  /** Of the document above it; '' where it is no frame's. */
  parentDocumentId?: string;
  /** What the debugger names the document, the worker or the frame of another process; missing where it does not say. */
  debuggerName?: string;
  transport: Transport;
  lastEventId: string;
  /** Its headers are known, and with them whether it carries an ID. Missing in stores of earlier versions. */
  headersKnown?: boolean;
  /** When the response has begun or the request has failed, ms since the epoch. */
  answeredAt?: number;
  /** Other streams could have sent it as well. */
  certain?: false;
  /** The exchange that it is; '' while it waits. */
  stream: string;
  exchange: number;
  /** The id under which the other layer has reported it, too. */
  twin?: string;
  /** What waits, in its order. */
  held: HttpFact[];
}

/** Events that a page was given, one after the other, as columns. */
export interface ReportedEvents {
  /** Data of all events, and where each ends in it (UTF-16 units). */
  data: string;
  dataEnds: Uint32Array;
  /** Last event IDs of all events, and where each ends. */
  ids: string;
  idEnds: Uint32Array;
  types: string[];
  typeOf: Uint16Array;
  /** ms since the epoch. */
  times: Float64Array;
}

/** What a page has reported of an exchange, and the wire has not brought yet: it counts where the wire brings less. */
export interface AheadReport {
  exchange: string;
  /** How many events or bytes the page had reported before. */
  before: number;
  /** How many it reports here. */
  count: number;
  events?: ReportedEvents;
  /** Where they are no events: bytes, the offset after each chunk, and when it came. */
  chunks?: { fidelity: Fidelity; bytes: Uint8Array; ends: Uint32Array; times: Float64Array };
}

export interface Schema extends DBSchema {
  sessions: { key: string; value: Session; indexes: { byStart: number } };
  streams: { key: string; value: Stream; indexes: { bySession: [string, number] } };
  exchanges: { key: string; value: Exchange; indexes: { byStream: [string, number]; bySession: string } };
  marks: {
    key: number;
    value: Mark;
    indexes: {
      bySession: [session: string, at: number];
      /** Marks of the page are few, those of its streams may be ten thousands: they are read by their kinds. */
      byKind: [session: string, kind: string, at: number];
    };
  };
  segments: {
    key: [exchange: string, index: number];
    value: Segment;
    indexes: {
      /** Which segment holds the n-th entry: the last one whose first entry is not after it. */
      byEntry: [exchange: string, firstEntry: number];
      byOffset: [exchange: string, base: number];
      byTime: [exchange: string, firstTime: number];
    };
  };
  documents: { key: string; value: DocumentProgress; indexes: { bySession: string } };
  requests: { key: string; value: HttpRequest; indexes: { bySession: string } };
  ahead: { key: [exchange: string, before: number]; value: AheadReport };
}

export type StoreName =
  | 'sessions'
  | 'streams'
  | 'exchanges'
  | 'marks'
  | 'segments'
  | 'documents'
  | 'requests'
  | 'ahead';
export const STORE_NAMES: StoreName[] = [
  'sessions',
  'streams',
  'exchanges',
  'marks',
  'segments',
  'documents',
  'requests',
  'ahead',
];
