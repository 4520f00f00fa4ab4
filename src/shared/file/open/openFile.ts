import type { Session, Stream } from '../../session/types.ts';
import { readHar } from '../har/readHar.ts';
import type { ReadSession } from '../har/readSession.ts';
import { type FileBytes, readRange } from '../source/fileBytes.ts';
import { FileError } from '../source/fileError.ts';
import { isPackedToHarm } from '../source/unpackLimit.ts';

/** Larger files are refused, bytes. */
export const MOST_BYTES = 2 ** 31;
/** Unpacked bytes become a blob from so many on: what is in a blob is the browser's to keep, on disk where it is much. */
const BLOB_SIZE = 4 << 20;

export interface OpenOptions {
  /** Name of the file: the session's until it has another one. */
  name: string;
  /** Of the new session. */
  id: string;
  /** ms since the epoch: the time of what has none. */
  now: number;
  /** Where the file breaks off or goes wrong, what is before that is read. */
  salvage?: boolean;
  /** Takes how much of the file has been looked at, in thousandths; may throw to end it. */
  progress?(thousandths: number): void;
  mostBytes?: number;
}

/**
 * Opens a file that may hold a session: HAR, or the bytes of an event stream; either may be compressed by gzip. The bytes
 * of its streams stay in the file until they are asked for.
 *
 * @throws {FileError} with a sentence that says what is wrong
 */
export async function openFile(given: FileBytes, options: OpenOptions): Promise<ReadSession> {
  const { name, id, now, salvage = false, progress = () => {}, mostBytes = MOST_BYTES } = options;
  if (given.size > mostBytes) {
    throw new FileError(
      `This file has ${sizeOf(given.size)}: files of up to ${sizeOf(mostBytes)} can be opened.`,
    );
  }
  let file = given;
  const magic = await startOf(file, 2);
  let cut = false;
  if (magic[0] === 0x1f && magic[1] === 0x8b) ({ file, cut } = await gunzip(file, salvage, mostBytes));
  if (file.size === 0) throw new FileError('This file is empty.');
  const start = new TextDecoder().decode(await startOf(file, 4096)).trimStart();
  if (/^[{[]/.test(start)) {
    let seen = 0;
    const total = file.size;
    return readHar(file, id, name, salvage, (bytes) => {
      seen += bytes;
      progress(Math.floor((seen / total) * 1000));
    });
  }
  if (/^(data|event|id|retry)\s*(:|\n|\r|$)|^:/m.test(start)) return rawStream(file, name, id, now, cut);
  throw new FileError('This is neither a HAR file nor an event stream.');
}

async function startOf(file: FileBytes, length: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, Math.min(length, file.size)).arrayBuffer());
}

async function gunzip(
  file: FileBytes,
  salvage: boolean,
  mostBytes: number,
): Promise<{ file: FileBytes; cut: boolean }> {
  const pieces = readRange(file);
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const blobs: Blob[] = [];
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let length = 0;
  const rest = (): Blob => new Blob([...blobs, ...parts]);
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { file: rest(), cut: false };
      length += value.length;
      if (length > mostBytes) {
        throw new FileError(`Unpacked, this file has more than ${sizeOf(mostBytes)}: it is not opened.`);
      }
      if (isPackedToHarm(file.size, length))
        throw new FileError('Unpacked, this file has more than 200 times its size: it is not opened.');
      parts.push(value);
      size += value.length;
      if (size < BLOB_SIZE) continue;
      blobs.push(new Blob(parts));
      parts = [];
      size = 0;
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    if (error instanceof FileError) throw error;
    if (salvage && length > 0) return { file: rest(), cut: true };
    throw new FileError('This gzip file is damaged, or cut off.', length > 0 ? 1 : 0);
  }
}

/** The bytes of one stream, of which nothing else is known. */
function rawStream(file: FileBytes, name: string, id: string, now: number, cut: boolean): ReadSession {
  const session: Session = {
    id,
    url: '',
    title: name,
    name,
    startedAt: now,
    endedAt: now,
    streams: 1,
    events: 0,
    bytes: 0,
    lost: 0,
  };
  const stream: Stream = {
    id: `${id}/1`,
    session: id,
    number: 1,
    transport: 'fetch',
    method: 'GET',
    url: name,
    documentUrl: '',
    frame: 'top',
    frameId: 0,
    openedAt: now,
    openedBeforeRecording: false,
    stack: '',
    state: 'ended',
    end: 'end',
    listeners: [],
    listenersUnknown: true,
    exchanges: 1,
    entries: 0,
    events: 0,
    bytes: 0,
  };
  return {
    session,
    streams: [stream],
    exchanges: [
      {
        exchange: {
          id: `${id}/1/1`,
          stream: stream.id,
          session: id,
          number: 1,
          method: 'GET',
          url: name,
          startedAt: now,
          endedAt: now,
          end: 'end',
          fidelity: 'bytes',
          bytes: 0,
          entries: 0,
          events: 0,
          firstEntry: 0,
          lastEventIdBefore: '',
        },
        content: { size: file.size, pieces: () => readRange(file) },
        chunks: async () => undefined,
        eventTimes: async () => undefined,
      },
    ],
    marks: [],
    notes: [
      'The file does not tell when anything came: all times are that of the import.',
      ...(cut ? ['This file is damaged, or cut off: what is before that was read.'] : []),
    ],
  };
}

function sizeOf(bytes: number): string {
  if (bytes >= 2 ** 30) return `${Number((bytes / 2 ** 30).toFixed(1))} GiB`;
  return `${(bytes / (1 << 20)).toFixed(bytes < 10 << 20 ? 1 : 0)} MiB`;
}
