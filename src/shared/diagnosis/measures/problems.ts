import type { ProblemKind } from '../../sse/types.ts';
import { type Connection, hasBytes } from './connection.ts';
import type { ProblemSample } from './tally.ts';

/** Problems of one kind in a stream: how many, and the first ones of the latest connection that has some. */
export interface Problems {
  count: number;
  connection: Connection;
  samples: ProblemSample[];
}

export function problemsOf(connections: readonly Connection[], kind: ProblemKind): Problems | undefined {
  let count = 0;
  let connection: Connection | undefined;
  for (const one of connections) {
    const own = hasBytes(one) ? (one.columns.all.problems.get(kind) ?? 0) : 0;
    count += own;
    if (own > 0) connection = one;
  }
  if (!connection) return undefined;
  const samples = connection.columns.all.problemSamples.filter((one) => one.kind === kind);
  return { count, connection, samples };
}
