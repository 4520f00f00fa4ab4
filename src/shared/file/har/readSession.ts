import type { Exchange, Mark, Session, Stream } from '../../session/types.ts';
import type { Content } from './readContent.ts';

/** When the chunks of an exchange came. */
export interface ReadChunks {
  /** Offset after each chunk, ascending. */
  ends: Uint32Array;
  /** ms since the epoch, ascending. */
  times: Float64Array;
}

/** An exchange of a file: its record without what is counted from the bytes, and where the rest is found. */
export interface ReadExchange {
  exchange: Exchange;
  content: Content;
  /** Undefined where the file does not tell. */
  chunks(): Promise<ReadChunks | undefined>;
  /** Times of the events, ms since the epoch, where the file has them. */
  eventTimes(): Promise<Float64Array | undefined>;
}

/** A session as it stands in a file. */
export interface ReadSession {
  session: Session;
  streams: Stream[];
  exchanges: ReadExchange[];
  marks: Mark[];
  /** What was left out, in sentences. */
  notes: string[];
}
