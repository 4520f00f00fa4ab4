import { joinBytes } from '../../session/joinBytes.ts';
import { type FileBytes, readRange } from '../source/fileBytes.ts';
import type { JsonPlace } from './plan.ts';

const SHORT: Readonly<Record<number, number>> = {
  34: 0x22,
  92: 0x5c,
  47: 0x2f,
  98: 8,
  102: 12,
  110: 10,
  114: 13,
  116: 9,
};
/** The longest thing that must not be cut: a pair of surrogates, `\ud83d\ude00`. */
const LONGEST = 12;

/** The text of a JSON string in a file as UTF-8, piece by piece. An escape that is none stays as it is written. */
export async function* textAt(file: FileBytes, place: JsonPlace): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let left: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  for await (const window of readRange(file, place.from, place.to)) {
    const bytes = left.length === 0 ? window : joinBytes(left, window);
    const { text, used } = unescaped(bytes, false);
    left = bytes.slice(used);
    if (text.length > 0) yield text;
  }
  const { text } = unescaped(left, true);
  if (text.length > 0) yield text;
}

/** @param last - nothing follows: what is not complete is left out */
function unescaped(
  bytes: Uint8Array<ArrayBuffer>,
  last: boolean,
): { text: Uint8Array<ArrayBuffer>; used: number } {
  if (bytes.indexOf(0x5c) < 0) return { text: bytes, used: bytes.length };
  const out = new Uint8Array(bytes.length);
  let to = 0;
  let i = 0;
  while (i < bytes.length) {
    const byte = bytes[i]!;
    if (byte !== 0x5c) {
      out[to++] = byte;
      i++;
      continue;
    }
    if (i + LONGEST > bytes.length && !last) break;
    const letter = bytes[i + 1];
    if (letter === undefined) break;
    const short = SHORT[letter];
    if (short !== undefined) {
      out[to++] = short;
      i += 2;
      continue;
    }
    const unit = letter === 0x75 ? hexAt(bytes, i + 2) : -1;
    if (unit < 0) {
      if (letter === 0x75 && i + 6 > bytes.length) break;
      out[to++] = byte;
      i++;
      continue;
    }
    i += 6;
    let point = unit;
    if (unit >= 0xd800 && unit < 0xe000) {
      const low = unit < 0xdc00 && bytes[i] === 0x5c && bytes[i + 1] === 0x75 ? hexAt(bytes, i + 2) : -1;
      if (low >= 0xdc00 && low < 0xe000) {
        point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        i += 6;
        // Half a pair is no character.
      } else point = 0xfffd;
    }
    to = encode(point, out, to);
  }
  return { text: out.subarray(0, to), used: i };
}

function hexAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) return -1;
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i]!;
    const lower = byte | 0x20;
    const digit =
      byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 87 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function encode(point: number, out: Uint8Array, at: number): number {
  let to = at;
  if (point < 0x80) out[to++] = point;
  else if (point < 0x800) {
    out[to++] = 0xc0 | (point >> 6);
    out[to++] = 0x80 | (point & 63);
  } else if (point < 0x10000) {
    out[to++] = 0xe0 | (point >> 12);
    out[to++] = 0x80 | ((point >> 6) & 63);
    out[to++] = 0x80 | (point & 63);
  } else {
    out[to++] = 0xf0 | (point >> 18);
    out[to++] = 0x80 | ((point >> 12) & 63);
    out[to++] = 0x80 | ((point >> 6) & 63);
    out[to++] = 0x80 | (point & 63);
  }
  return to;
}
