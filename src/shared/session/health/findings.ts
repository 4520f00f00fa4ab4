import { EntryKind } from '../../sse/types.ts';
import { type ClockJump, elapsed } from '../clock.ts';
import { headerOf } from '../headerOf.ts';
import type { Stream } from '../types.ts';
import { arrivalOf } from './arrival.ts';
import type { Connection } from './gaps.ts';
import { causeOf } from './gaps.ts';
import { findHeartbeat } from './heartbeat.ts';
import { findLumps } from './lumps.ts';
import { median } from './statistics.ts';

/**
 * What is wrong with a stream, by name. `buffered`: something between server and client holds bytes back.
 * `compressed`: the response is compressed, which holds bytes back unless each event is flushed. `cutWhenSilent`: the
 * connection is cut after a certain time without a byte. `unheard`: events come that the page does not listen to.
 */
export type Finding =
  | { kind: 'buffered'; exchange: number; lumps: number; size: number | undefined; pause: number }
  | { kind: 'compressed'; exchange: number; encoding: string }
  | { kind: 'cutWhenSilent'; exchanges: number[]; after: number; certain: boolean }
  | { kind: 'unheard'; types: { type: string; events: number }[] };

/** Silences before two cuts that differ by no more, ms or as a part, are the same time-out. */
const SAME_CUT_MS = 150;
const SAME_CUT = 0.1;
/** A silence is measured so exactly, ms. */
const CLOCK_NOISE = 20;
/** Times without a byte after which servers and proxies are known to cut, s: one cut at such a time says enough. */
const KNOWN_TIMEOUTS = [
  2, 5, 10, 15, 20, 30, 45, 55, 60, 75, 90, 100, 120, 180, 230, 240, 300, 350, 600, 900,
];

/** Everything that is found wrong with a stream; nothing for a good one. */
export function findingsOf(
  stream: Stream,
  connections: readonly Connection[],
  now: number,
  jumps: readonly ClockJump[] = [],
): Finding[] {
  const findings: Finding[] = [];
  for (const { exchange, columns } of connections) {
    const lumps = findLumps(columns, jumps);
    if (lumps.buffered) {
      const { size, pause } = lumps;
      findings.push({ kind: 'buffered', exchange: exchange.number, lumps: lumps.telling, size, pause });
      break;
    }
  }
  for (const { exchange } of connections) {
    const encoding = headerOf(exchange.headers, 'content-encoding') ?? '';
    if (encoding === '' || encoding.toLowerCase() === 'identity') continue;
    findings.push({ kind: 'compressed', exchange: exchange.number, encoding });
    break;
  }
  const cut = findCut(connections, now, jumps);
  if (cut) findings.push(cut);
  const unheard = unheardTypes(stream, connections);
  if (unheard.length > 0) findings.push({ kind: 'unheard', types: unheard });
  return findings;
}

/**
 * Connections that broke off, or ended, after the same time without a byte, longer than any silence that a
 * connection survived.
 */
function findCut(
  connections: readonly Connection[],
  now: number,
  jumps: readonly ClockJump[],
): Finding | undefined {
  const cuts: { exchange: number; silence: number; broken: boolean }[] = [];
  let survived = 0;
  for (const connection of connections) {
    const { exchange, columns } = connection;
    if (columns.chunkTimes.length === 0) continue;
    const arrival = arrivalOf(exchange, columns, now, jumps);
    for (let i = 1; i < columns.chunkTimes.length; i++) {
      survived = Math.max(survived, elapsed(columns.chunkTimes[i - 1]!, columns.chunkTimes[i]!, jumps));
    }
    const cause =
      exchange.endedAt === undefined && !exchange.http?.completedAt ? undefined : causeOf(connection, []);
    if (cause !== 'network' && cause !== 'end' && cause !== 'lost') continue;
    cuts.push({ exchange: exchange.number, silence: arrival.silenceAtEnd, broken: cause === 'network' });
  }
  // A time-out lets everything pass that is shorter; clocks are read a little early or late.
  const long = cuts.filter(({ silence }) => silence > Math.max(1000, survived - CLOCK_NOISE));
  if (long.length === 0) return undefined;
  const after = median(long.map(({ silence }) => silence));
  const same = long.filter(
    ({ silence }) => Math.abs(silence - after) <= Math.max(SAME_CUT_MS, after * SAME_CUT),
  );
  const known = KNOWN_TIMEOUTS.some((s) => Math.abs(after - s * 1000) <= Math.max(SAME_CUT_MS, s * 10));
  const exchanges = same.map(({ exchange }) => exchange);
  if (same.length >= 2) return { kind: 'cutWhenSilent', exchanges, after, certain: true };
  if (known && same[0]?.broken) return { kind: 'cutWhenSilent', exchanges, after, certain: false };
  return undefined;
}

/** Event types that arrived and that no listener of the page's is for. Streams of fetch are read whole. */
export function unheardTypes(
  stream: Stream,
  connections: readonly Connection[],
): { type: string; events: number }[] {
  const isKnown = stream.frame !== 'worker' && stream.listenersUnknown !== true;
  if (stream.transport !== 'EventSource' || !isKnown) return [];
  const heard = new Set(stream.listeners);
  const counts = new Map<string, number>();
  for (const { columns } of connections) {
    columns.kinds.forEach((kind, i) => {
      if (kind !== EntryKind.event) return;
      const type = columns.types[columns.typeOf[i]!]!;
      if (!heard.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
    });
  }
  return [...counts].map(([type, events]) => ({ type, events }));
}

/** The heartbeat of a stream: that of its last connection that has one. */
export function heartbeatOf(
  connections: readonly Connection[],
  jumps: readonly ClockJump[] = [],
): ReturnType<typeof findHeartbeat> {
  for (let i = connections.length - 1; i >= 0; i--) {
    const found = findHeartbeat(connections[i]!.columns, jumps);
    if (found) return found;
  }
  return undefined;
}
