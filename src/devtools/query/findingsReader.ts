import { type Diagnosis, diagnoseFacts } from '../../shared/diagnosis/diagnose.ts';
import type { FactsReader, Surroundings } from './factsReader.ts';

/** What was found in a logical stream. */
export interface StreamFindings extends Diagnosis {
  /** Ids of its streams, in the order of their opening. */
  streams: readonly string[];
}

/** Diagnoses the logical streams of a session, each of them again only when something about it may have changed. */
export interface FindingsReader {
  changed(stream: string): void;
  /**
   * @param groups - ids of the streams of each logical stream
   * @param signal - aborted when nobody wants to know any more
   * @returns in the order of the groups, without those of which nothing is stored yet
   */
  read(
    session: string,
    groups: readonly (readonly string[])[],
    around: Omit<Surroundings, 'neighbours'>,
    signal: AbortSignal,
  ): Promise<StreamFindings[]>;
}

interface Known {
  /** All streams of it have ended. */
  over: boolean;
  /** What it was diagnosed from, beside its own streams. */
  from: string;
  found: StreamFindings;
}

export function createFindingsReader(reader: FactsReader): FindingsReader {
  /** By the first stream of each logical stream. */
  const known = new Map<string, Known>();
  const stale = new Set<string>();

  return {
    changed: (stream) => stale.add(stream),
    async read(session, groups, around, signal) {
      const neighbours = await reader.neighbours(session);
      const found: StreamFindings[] = [];
      for (const streams of groups) {
        const first = streams[0]!;
        const from = `${streams.join()} ${around.marks.length} ${neighbours.length}`;
        const before = known.get(first);
        if (before?.over && before.from === from && !streams.some((id) => stale.has(id))) {
          found.push(before.found);
          continue;
        }
        for (const id of streams) stale.delete(id);
        const read = await reader.read(streams, { ...around, neighbours }, signal);
        if (signal.aborted) return [];
        if (!read) continue;
        const own = { streams, ...diagnoseFacts(read.facts) };
        const over = read.facts.streams.every(({ state }) => state === 'ended');
        if (over) reader.release(first);
        known.set(first, { over, from, found: own });
        found.push(own);
      }
      return found;
    },
  };
}
