import type { Exchange, Stream } from '../../shared/session/types.ts';

/**
 * Times of the page and of the HTTP layer are of one wall clock, but a page is given coarse times: up to 16.67 ms in
 * Firefox with `privacy.resistFingerprinting`. Two moments that are closer than this have no order, ms.
 */
export const RESOLUTION = 20;
/**
 * A process that loses its processor between reading its two clocks is off by so much at most, ms: a larger difference
 * is a jump of the clock, and marked as one.
 */
export const CLOCK_DRIFT = 1000;

/** An exchange that the page reported, and whose request on the wire is not known yet. */
export interface Waiting {
  stream: Stream;
  exchange: Exchange;
  /** URL at which the stream's exchange before ended: Chromium reconnects to the end of a redirect. */
  lastUrl: string;
}

/** Recording began when its stream was there already. Its first connections may have been others. */
export function isLate({ stream, exchange }: Pick<Waiting, 'stream' | 'exchange'>): boolean {
  return stream.openedBeforeRecording && exchange.number === 1;
}

/** The page has told how it went. */
export function isHeard({ exchange }: Waiting): boolean {
  return exchange.respondedAt !== undefined || exchange.endedAt !== undefined;
}
