import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { MOST_BYTES } from '../../../shared/file/open/openFile.ts';
import { FileError } from '../../../shared/file/source/fileError.ts';
import { isPackedToHarm } from '../../../shared/file/source/unpackLimit.ts';

/** Hexadecimal digits of an id: 128 bits. */
const ID_LENGTH = 32;

/**
 * The id of a recording: the beginning of the SHA-256 of its bytes, unpacked. A copy of a file, packed or under another name, is the same
 * recording.
 *
 * @throws {FileError} when it cannot be unpacked
 */
export async function contentId(path: string): Promise<string> {
  const hash = createHash('sha256');
  const { size, isPacked } = await look(path);
  if (!isPacked) {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
    return hash.digest('hex').slice(0, ID_LENGTH);
  }
  let length = 0;
  try {
    for await (const piece of createReadStream(path).pipe(createGunzip())) {
      length += (piece as Buffer).length;
      if (length > MOST_BYTES || isPackedToHarm(size, length))
        throw new FileError('Unpacked, this file is too large: it is not opened.');
      hash.update(piece as Buffer);
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError('This gzip file is damaged, or cut off.');
  }
  return hash.digest('hex').slice(0, ID_LENGTH);
}

async function look(path: string): Promise<{ size: number; isPacked: boolean }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const magic = new Uint8Array(2);
    await file.read(magic, 0, 2, 0);
    return { size, isPacked: magic[0] === 0x1f && magic[1] === 0x8b };
  } finally {
    await file.close();
  }
}
