import type { Session, Stream } from '../types.ts';
import { FileError } from './fileError.ts';
import { type ReadSession, readHar } from './readHar.ts';

/** Larger files are refused, bytes: they are read whole. */
export const MOST_BYTES = 256 << 20;

/**
 * Reads a file that may hold a session: HAR, or the bytes of an event stream; either may be compressed by gzip.
 *
 * @param id - of the new session
 * @param now - ms since the epoch: the time of what has none
 * @throws {FileError} with a sentence that says what is wrong
 */
export async function openFile(file: Blob, name: string, id: string, now: number): Promise<ReadSession> {
  if (file.size > MOST_BYTES) {
    throw new FileError(
      `This file has ${mega(file.size)}: files of up to ${mega(MOST_BYTES)} can be opened.`,
    );
  }
  let bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = await gunzip(bytes);
  if (bytes.length === 0) throw new FileError('This file is empty.');
  const start = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart();
  if (/^[{[]/.test(start)) return readHar(parse(bytes), id, name);
  if (/^(data|event|id|retry)\s*(:|\n|\r|$)|^:/m.test(start)) return rawStream(bytes, name, id, now);
  throw new FileError('This is neither a HAR file nor an event stream.');
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > MOST_BYTES) {
        await reader.cancel();
        throw new FileError(`Unpacked, this file has more than ${mega(MOST_BYTES)}: it is not opened.`);
      }
      pieces.push(value);
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError('This gzip file is damaged, or cut off.');
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function parse(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const cut = /unexpected end|unterminated|end of data/i.test(message);
    throw new FileError(
      cut ? 'This file is cut off: its JSON ends in the middle.' : `This is not JSON all through: ${message}`,
    );
  }
}

/** The bytes of one stream, of which nothing else is known. */
function rawStream(bytes: Uint8Array, name: string, id: string, now: number): ReadSession {
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
        content: { bytes, ends: new Uint32Array(0), times: undefined },
        eventTimes: undefined,
      },
    ],
    marks: [],
    notes: ['The file does not tell when anything came: all times are that of the import.'],
  };
}

function mega(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(bytes < 10 << 20 ? 1 : 0)} MiB`;
}
