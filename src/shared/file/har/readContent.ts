import type { Fidelity } from '../../session/types.ts';
import { encodeBlock } from '../../sse/encode.ts';
import { JsonPlace } from '../json/plan.ts';
import { itemsAt } from '../json/scan.ts';
import { textAt } from '../json/textAt.ts';
import type { FileBytes } from '../source/fileBytes.ts';
import { type Fields, fieldsOf, numberOr, textOr, timeOr } from '../source/untrusted.ts';

/** The bytes of an exchange in a file. */
export interface Content {
  /** Bytes of the file that hold it. */
  size: number;
  /** From the first byte on; may be asked for more than once. */
  pieces(): AsyncIterable<Uint8Array>;
}

const NOTHING: Content = { size: 0, async *pieces() {} };
/** Characters of messages that become a piece. */
const PIECE = 1 << 18;
const encoder = new TextEncoder();

/**
 * Where the bytes of a HAR entry are: in its content, or, where Chrome wrote none, in its messages.
 *
 * @param problem - takes what is wrong with them, when they are read: the end of a sentence
 */
export function contentOf(
  file: FileBytes,
  { text, encoding }: Fields,
  messages: JsonPlace | undefined,
  problem: (sentence: string) => void,
): { content: Content; from: Fidelity } {
  if (text instanceof JsonPlace && (text.to > text.from || !messages)) {
    const size = text.to - text.from;
    if (encoding !== 'base64') return { content: { size, pieces: () => textAt(file, text) }, from: 'text' };
    let told = false;
    const tell = (sentence: string): void => {
      if (!told) problem(sentence);
      told = true;
    };
    return { content: { size, pieces: () => base64At(file, text, tell) }, from: 'bytes' };
  }
  if (!messages) return { content: NOTHING, from: 'text' };
  return {
    content: { size: messages.to - messages.from, pieces: () => blocksAt(file, messages) },
    from: 'events',
  };
}

async function* base64At(
  file: FileBytes,
  place: JsonPlace,
  problem: (sentence: string) => void,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('latin1');
  let left = '';
  let bytes = 0;
  const decode = (letters: string): Uint8Array => {
    const binary = atob(letters);
    const piece = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) piece[i] = binary.charCodeAt(i);
    bytes += piece.length;
    return piece;
  };
  try {
    for await (const piece of textAt(file, place)) {
      const letters = left + decoder.decode(piece).replace(/\s+/g, '');
      const whole = letters.length - (letters.length % 4);
      left = letters.slice(whole);
      yield decode(letters.slice(0, whole));
    }
    yield decode(left);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    problem(
      bytes === 0
        ? 'says that it is base64, and is not: it was left out.'
        : `is base64 only so far: what comes after ${bytes} bytes was left out.`,
    );
  }
}

/** Chrome without the content: its events, as blocks. */
async function* blocksAt(file: FileBytes, place: JsonPlace): AsyncGenerator<Uint8Array> {
  let id = '';
  for await (const messages of itemsAt(file, place)) {
    let blocks = '';
    for (const message of messages.map(fieldsOf)) {
      const type = textOr(message.eventName, 'message').replace(/[\r\n]/g, ' ');
      const nextId = textOr(message.eventId, '').replace(/[\r\n\0]/g, '');
      blocks += encodeBlock({
        data: typeof message.data === 'string' ? message.data : '',
        ...(type === 'message' || type === '' ? {} : { event: type }),
        ...(nextId === id ? {} : { id: nextId }),
      });
      id = nextId;
      if (blocks.length < PIECE) continue;
      yield encoder.encode(blocks);
      blocks = '';
    }
    yield encoder.encode(blocks);
  }
}

/** When the events came, as Chrome tells it: seconds. Undefined when one has no time. */
export async function eventTimesAt(file: FileBytes, place: JsonPlace): Promise<Float64Array | undefined> {
  const times = new Float64Array(place.items);
  let count = 0;
  let last = 0;
  for await (const messages of itemsAt(file, place)) {
    for (const { time } of messages.map(fieldsOf)) {
      const ms = timeOr(numberOr(time, Number.NaN) * 1000, undefined);
      if (ms === undefined) return undefined;
      last = Math.max(last, ms);
      times[count++] = last;
    }
  }
  return times.subarray(0, count);
}
