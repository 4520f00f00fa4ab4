import { type Diagnosis, diagnoseFacts } from '../../shared/diagnosis/diagnose.ts';
import type { Arrival } from '../../shared/diagnosis/measures/arrival.ts';
import { type BackOff, findBackOff } from '../../shared/diagnosis/measures/backOff.ts';
import { hasBytes } from '../../shared/diagnosis/measures/connection.ts';
import type { Gap } from '../../shared/diagnosis/measures/gaps.ts';
import type { Heartbeat } from '../../shared/diagnosis/measures/heartbeat.ts';
import type { Exchange } from '../../shared/session/types.ts';
import type { LogicalFacts } from './factsReader.ts';

/** Of a server that was down for a day the last gaps, attempts and beats are told; their numbers tell of all. */
const MOST_GAPS = 200;
const MOST_ATTEMPTS = 100;
const MOST_BEATS = 300;

export interface HealthReport {
  /** Connections looked at, of all there are. */
  looked: number;
  connections: number;
  /** The last ones, each with the last of its attempts. */
  gaps: (Omit<Gap, 'before' | 'after'> & { attemptCount: number })[];
  gapCount: number;
  backOff: BackOff | undefined;
  heartbeat: Heartbeat | undefined;
  /** Of the last connection that delivered something, and which that is. */
  arrival: { of: Exchange; values: Arrival } | undefined;
  diagnosis: Diagnosis;
  /** Something came, and nobody saw the bytes: comments may have come too. */
  commentsUnseen: boolean;
}

/** How a logical stream is. */
export function healthOf({ facts, connections: count }: LogicalFacts): HealthReport {
  const { connections } = facts;
  const gaps = facts.gaps();
  const waits: number[] = [];
  for (const { attempts } of gaps) for (const { waited } of attempts) waits.push(waited);
  const delivered = connections.findLast(({ columns }) => columns.chunkTimes.length > 0);
  const beating = connections.findLast((one) => facts.heartbeat(one));
  const heartbeat = beating && facts.heartbeat(beating);
  return {
    looked: connections.length,
    connections: count,
    gaps: gaps.slice(-MOST_GAPS).map(({ before: _before, after: _after, ...gap }) => ({
      ...gap,
      attempts: gap.attempts.slice(-MOST_ATTEMPTS),
      attemptCount: gap.attempts.length,
    })),
    gapCount: gaps.length,
    backOff: findBackOff(waits),
    heartbeat: heartbeat && { ...heartbeat, times: heartbeat.times.slice(-MOST_BEATS) },
    arrival: delivered && { of: delivered.exchange, values: facts.arrival(delivered) },
    diagnosis: diagnoseFacts(facts),
    commentsUnseen: connections.some((one) => one.columns.all.events > 0 && !hasBytes(one)),
  };
}
