import type { Reading, ReadOptions, ReadRecording } from '../read/readFiles.ts';
import { openSink } from '../sinks/openSink.ts';
import type { RowSink } from '../sinks/sink.ts';
import type { FleetTarget } from '../target.ts';
import { readInThreads } from './readingPool.ts';

export interface LoadOptions extends Omit<ReadOptions, 'folder' | 'partitioned'> {
  target: FleetTarget;
  /** A file that cannot be read ends it; otherwise it is left out. */
  strict: boolean;
  /** Recordings that are there already are read and written anew. */
  replace: boolean;
  /** Threads that read; 0: this one. */
  threads: number;
  progress?(counts: LoadReport): void;
  signal?: AbortSignal;
}

/** What was loaded so far. */
export interface LoadReport {
  files: number;
  loaded: number;
  /** Recordings that were there already, or came twice. */
  known: number;
  broken: { file: string; problem: string }[];
  notes: { file: string; note: string }[];
  records: number;
  events: number;
  bytes: number;
}

/** More notes and names of broken files are counted, and not kept. */
const MOST_KEPT = 10_000;

/**
 * Loads recordings into a target. Each is there as a whole, once, or not at all.
 *
 * @throws when the target fails, and with `strict` when a file cannot be read
 */
export async function loadFiles(files: readonly string[], options: LoadOptions): Promise<LoadReport> {
  const { target, threads, progress, signal } = options;
  const sink = await openSink(target);
  const report: LoadReport = {
    files: files.length,
    loaded: 0,
    known: 0,
    broken: [],
    notes: [],
    records: 0,
    events: 0,
    bytes: 0,
  };
  try {
    const reading = createReading(files, sink, options, report);
    await readInThreads(
      reading,
      { ...readOptionsOf(options), folder: sink.folder, partitioned: sink.partitioned },
      Math.min(threads, files.length),
    );
    await sink.finish();
    progress?.(report);
    signal?.throwIfAborted();
    return report;
  } finally {
    await sink.close();
  }
}

function readOptionsOf({ release, masks, keepsData, keepsSecrets, browser }: LoadOptions) {
  return { release, masks, keepsData, keepsSecrets, browser };
}

function createReading(
  files: readonly string[],
  sink: RowSink,
  { strict, replace, progress, signal }: LoadOptions,
  report: LoadReport,
): Reading {
  let at = 0;
  const claimed = new Set<string>();
  const again = new Set<string>();
  /** One batch at a time: threads that bring the next one wait. */
  let taking: Promise<unknown> = Promise.resolve();

  async function take(recordings: ReadRecording[], parts: Parameters<Reading['take']>[1]): Promise<void> {
    await sink.take(
      recordings,
      parts,
      recordings.map(({ id }) => id).filter((id) => again.has(id)),
    );
    for (const { file, records, events, bytes, notes } of recordings) {
      report.loaded++;
      report.records += records;
      report.events += events;
      report.bytes += bytes;
      for (const note of notes) if (report.notes.length < MOST_KEPT) report.notes.push({ file, note });
    }
    progress?.(report);
  }

  return {
    async next() {
      return signal?.aborted ? undefined : files[at++];
    },
    async claim(id) {
      const isThere = await sink.has(id);
      if (claimed.has(id) || (isThere && !replace)) {
        report.known++;
        progress?.(report);
        return false;
      }
      claimed.add(id);
      if (isThere) again.add(id);
      return true;
    },
    take(recordings, parts) {
      const own = taking.then(() => take(recordings, parts));
      taking = own.catch(() => {});
      return own;
    },
    async failed(file, problem) {
      if (strict) throw new Error(`${file}: ${problem}`);
      if (report.broken.length < MOST_KEPT) report.broken.push({ file, problem });
      progress?.(report);
    },
  };
}
