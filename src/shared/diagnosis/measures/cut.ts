import { type ClockJump, elapsed } from '../../session/clockJumps.ts';
import { isOver } from '../../session/exchangeTimes.ts';
import { silenceAtEnd } from './arrival.ts';
import { type Connection, hasBytes, hasTimes } from './connection.ts';
import { causeOf } from './gapCause.ts';
import { median } from './percentiles.ts';

/** Connections that were over after the same silence. */
export interface Cut {
  connections: Connection[];
  /** Median of the silence, ms. */
  after: number;
  certain: boolean;
}

/** Silences before two cuts that differ by no more, ms or as a part, are the same time-out. */
const SAME_CUT_MS = 150;
const SAME_CUT = 0.1;
/** A silence is measured so exactly, ms. */
const CLOCK_NOISE = 20;
/** Times without a byte after which servers and proxies are known to cut, s: one cut at such a time says enough. */
const KNOWN_TIMEOUTS = [
  2, 5, 10, 15, 20, 30, 45, 55, 60, 75, 90, 100, 120, 180, 230, 240, 300, 350, 600, 900,
];

/**
 * Connections that broke off, or ended, after the same time without a byte, longer than any silence that a connection
 * survived.
 */
export function findCut(
  connections: readonly Connection[],
  now: number,
  jumps: readonly ClockJump[],
): Cut | undefined {
  const cuts: { connection: Connection; silence: number; broken: boolean }[] = [];
  let survived = 0;
  for (const connection of connections) {
    const { exchange, columns } = connection;
    if (columns.chunkTimes.length === 0 || !hasTimes(connection)) continue;
    for (const { from, to } of columns.all.silences) survived = Math.max(survived, elapsed(from, to, jumps));
    if (!isOver(exchange)) continue;
    const cause = causeOf(connection, []);
    if (cause !== 'network' && cause !== 'end' && cause !== 'lost') continue;
    const silence = silenceAtEnd(exchange, columns, now, jumps);
    cuts.push({ connection, silence, broken: cause === 'network' });
  }
  // A time-out lets everything pass that is shorter; clocks are read a little early or late.
  const long = cuts.filter(({ silence }) => silence > Math.max(1000, survived - CLOCK_NOISE));
  if (long.length === 0) return undefined;
  const after = median(long.map(({ silence }) => silence));
  const same = long.filter(
    ({ silence }) => Math.abs(silence - after) <= Math.max(SAME_CUT_MS, after * SAME_CUT),
  );
  const known = KNOWN_TIMEOUTS.some((s) => Math.abs(after - s * 1000) <= Math.max(SAME_CUT_MS, s * 10));
  // Without the bytes, a comment may have come that nobody saw.
  const seen = same.every(({ connection }) => hasBytes(connection));
  const found = same.map(({ connection }) => connection);
  if (same.length >= 2) return { connections: found, after, certain: seen };
  if (known && same[0]?.broken) return { connections: found, after, certain: false };
  return undefined;
}
