import type { DBSchema } from 'idb';
import type { Segment } from '../session/segment.ts';
import type { Exchange, Mark, Session, Stream } from '../session/types.ts';

export const DATABASE_NAME = 'sse-scope';
export const DATABASE_VERSION = 1;

/** How far one document's batches have been written, so that a batch that comes again is written once. */
export interface DocumentProgress {
  id: string;
  session: string;
  /** Sequence number of its last batch in the store. */
  sequence: number;
}

export interface Schema extends DBSchema {
  sessions: { key: string; value: Session; indexes: { byStart: number } };
  streams: { key: string; value: Stream; indexes: { bySession: [string, number] } };
  exchanges: { key: string; value: Exchange; indexes: { byStream: [string, number]; bySession: string } };
  marks: { key: number; value: Mark; indexes: { bySession: [string, number] } };
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
}

export type StoreName = 'sessions' | 'streams' | 'exchanges' | 'marks' | 'segments' | 'documents';
export const STORE_NAMES: StoreName[] = [
  'sessions',
  'streams',
  'exchanges',
  'marks',
  'segments',
  'documents',
];
