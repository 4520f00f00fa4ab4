import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeParquet } from '../../../shared/fleet/parquet/writeParquet.ts';
import type { RowBuffer } from '../../../shared/fleet/rows/rowBuffer.ts';
import { createTableRows, type TableRows } from '../../../shared/fleet/rows/tableRows.ts';
import { PARTITIONS, TABLES } from '../../../shared/fleet/schema/tables.ts';
import { partitionsOf } from './partitions.ts';

/** A file with rows of one table. */
export interface FilesPart {
  table: string;
  /** Where it is, and where it belongs below the target: its partitions and its name. */
  path: string;
  place: string;
  rows: number;
}

export interface PartFilesOptions {
  /** Folder of its own, where the files are put. */
  folder: string;
  /** A file for each partition of each recording, to be kept; otherwise files of many recordings, to be read once. */
  partitioned: boolean;
}

/** Rows of one table, and bytes of streams, that are in memory at once. */
const MOST_ROWS = 50_000;
const MOST_BYTES = 12 << 20;

/**
 * Rows of recordings as Parquet files. A recording is there as a whole or not at all: {@link PartFiles.rollBack} takes the rows and the files of
 * one that turns out to be broken.
 */
export interface PartFiles {
  readonly rows: TableRows;
  begin(recording: string): void;
  /** So many more bytes of a stream have become rows. Writes a file where there are many. */
  grown(bytes: number): void;
  commit(): void;
  rollBack(): void;
  /** There are enough rows to hand over. */
  readonly isFull: boolean;
  /** The files of what was committed. */
  take(): FilesPart[];
}

export function createPartFiles({ folder, partitioned }: PartFilesOptions): PartFiles {
  const rows = createTableRows();
  const buffers = TABLES.map(({ name }) => rows[name as keyof TableRows]) as unknown as RowBuffer[];
  let marks = buffers.map(() => 0);
  let bytes = 0;
  let recording = '';
  let number = 0;
  /** Of recordings that are complete, and of the one that is read. */
  let complete: FilesPart[] = [];
  let pending: FilesPart[] = [];

  function write(buffer: RowBuffer, count: number, into: FilesPart[]): void {
    if (count === 0) return;
    const taken = buffer.takeFirst(count);
    const { name } = buffer.table;
    const pieces = partitioned ? partitionsOf(taken) : [{ folder: '', rows: taken, length: count }];
    for (const piece of pieces) {
      const place = join(name, piece.folder, `${partitioned ? recording : 'part'}-${number++}.parquet`);
      const path = join(folder, place);
      mkdirSync(dirname(path), { recursive: true });
      const without = partitioned ? PARTITIONS : [];
      writeFileSync(path, writeParquet(buffer.table, piece.rows, { without, packed: partitioned }));
      into.push({ table: name, path, place, rows: piece.length });
    }
  }

  /** Rows of complete recordings go first, into files of their own: those of the one that is read may have to be taken back. */
  function writeAll(): void {
    for (const [i, buffer] of buffers.entries()) {
      write(buffer, marks[i]!, complete);
      write(buffer, buffer.length, pending);
    }
    marks = buffers.map(() => 0);
    bytes = 0;
  }

  return {
    rows,
    begin(id) {
      recording = id;
      if (partitioned) number = 0;
    },
    grown(more) {
      bytes += more;
      if (rows.records.length >= MOST_ROWS || bytes >= MOST_BYTES) writeAll();
    },
    commit() {
      marks = buffers.map(({ length }) => length);
      if (partitioned) writeAll();
      for (const part of pending) complete.push(part);
      pending = [];
    },
    rollBack() {
      for (const [i, buffer] of buffers.entries()) buffer.keepFirst(marks[i]!);
      for (const { path } of pending) rmSync(path, { force: true });
      pending = [];
    },
    get isFull() {
      return complete.length > 0 || buffers.some(({ length }) => length >= MOST_ROWS / 2);
    },
    take() {
      writeAll();
      const taken = complete;
      complete = [];
      return taken;
    },
  };
}
