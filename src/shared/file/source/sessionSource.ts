import type { Segment } from '../../segment/segment.ts';
import type { Exchange, Mark, Session, Stream } from '../../session/types.ts';

/** A recorded session, from wherever it is kept: what is long comes piece by piece. */
export interface SessionSource {
  session: Session;
  streams: readonly Stream[];
  /** Of these streams, in the order of their requests. Gone through more than once. */
  exchanges: Iterable<Exchange>;
  marks: readonly Mark[];
  /** The segments of an exchange in their order. May be asked for more than once. */
  segments(exchange: string): AsyncIterable<Segment>;
}
