import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseMasks } from '../../../shared/file/mask/parseMasks.ts';
import { openFile } from '../../../shared/file/open/openFile.ts';
import { FileError } from '../../../shared/file/source/fileError.ts';
import { KEEP_ALL, REDACT_SECRETS } from '../../../shared/file/source/redact.ts';
import { recordingRows } from '../../../shared/fleet/rows/recordingRows.ts';
import { openOnDisk } from '../../file/fileOnDisk.ts';
import { contentId } from './contentId.ts';
import { createPartFiles, type FilesPart, type PartFilesOptions } from './partFiles.ts';

/** How files become rows; it can be sent to a worker. */
export interface ReadOptions extends PartFilesOptions {
  release: string;
  /** What of the data of events is masked, as `parseMasks` reads it. */
  masks: string;
  keepsData: boolean;
  keepsSecrets: boolean;
  browser: 'chromium' | 'firefox';
}

/** A recording that was read. */
export interface ReadRecording {
  file: string;
  id: string;
  records: number;
  events: number;
  bytes: number;
  /** What was left out of it, in sentences. */
  notes: string[];
}

/** Whoever gives out files, and takes what was read. Each call is answered when more may come. */
export interface Reading {
  next(): Promise<string | undefined>;
  /** Whether a recording is wanted: it may be there already. */
  claim(id: string): Promise<boolean>;
  /** Complete recordings, and the files with their rows, which are the taker's from then on. */
  take(recordings: ReadRecording[], parts: FilesPart[]): Promise<void>;
  /** A file that could not be read. */
  failed(file: string, problem: string): Promise<void>;
}

/** Reads one file after the other until there is none. */
export async function readFiles(reading: Reading, options: ReadOptions): Promise<void> {
  const parts = createPartFiles(options);
  let done: ReadRecording[] = [];
  const handOver = async (): Promise<void> => {
    if (done.length > 0) await reading.take(done, parts.take());
    done = [];
  };
  for (;;) {
    const file = await reading.next();
    if (file === undefined) break;
    let recording: ReadRecording | undefined;
    try {
      const id = await contentId(file);
      if (!(await reading.claim(id))) continue;
      parts.begin(id);
      recording = await readOne(file, id, options, parts);
      parts.commit();
    } catch (error) {
      parts.rollBack();
      // That is no fault of the file: the next one would fail, too.
      if (isFullDisk(error)) throw error;
      await reading.failed(file, sentenceOf(error));
      continue;
    }
    done.push(recording);
    if (parts.isFull) await handOver();
  }
  await handOver();
}

async function readOne(
  file: string,
  id: string,
  { release, masks, keepsData, keepsSecrets, browser }: ReadOptions,
  { rows, grown }: ReturnType<typeof createPartFiles>,
): Promise<ReadRecording> {
  const opened = await openOnDisk(file);
  try {
    const { mtimeMs } = await stat(file);
    // Of a file without times, the time of the file is known.
    const read = await openFile(opened, { name: basename(file), id: 'file', now: Math.floor(mtimeMs) });
    const options = {
      id,
      file: basename(file),
      release,
      redactor: keepsSecrets ? KEEP_ALL : REDACT_SECRETS,
      masks: parseMasks(masks).masks,
      keepsData,
      browser,
    };
    const counts = await recordingRows(read, options, rows, grown);
    return { file, id, ...counts, notes: read.notes };
  } finally {
    await opened.close();
  }
}

function isFullDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** A file may break whatever reads it: that is said of the file, and the others go on. */
function sentenceOf(error: unknown): string {
  if (error instanceof FileError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'There is no such file.';
  if (code === 'EACCES') return 'This file may not be read.';
  return `It could not be read: ${message}`;
}
