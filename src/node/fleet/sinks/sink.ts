import type { FilesPart } from '../read/partFiles.ts';
import type { ReadRecording } from '../read/readFiles.ts';

/** What takes the rows of recordings. */
export interface RowSink {
  /** Folder for files on their way, on the disk of the target where that is one. */
  readonly folder: string;
  /** A file for each partition of each recording, which are kept. */
  readonly partitioned: boolean;
  /** Whether a recording is there, as a whole. */
  has(id: string): Promise<boolean>;
  /**
   * Takes the rows of recordings, to write each once, however often this is tried; the files are the sink's to remove.
   *
   * @param again - ids of those that are there already, and whose rows are replaced
   */
  take(
    recordings: readonly ReadRecording[],
    parts: readonly FilesPart[],
    again: readonly string[],
  ): Promise<void>;
  /** Writes what still waits. */
  finish(): Promise<void>;
  close(): Promise<void>;
}
