import { type FileHandle, open } from 'node:fs/promises';
import type { FileBytes } from '../../shared/file/source/fileBytes.ts';

/** A file that is read where it lies. */
export interface FileOnDisk extends FileBytes {
  close(): Promise<void>;
}

/** @throws when it cannot be opened */
export async function openOnDisk(path: string): Promise<FileOnDisk> {
  const file: FileHandle = await open(path, 'r');
  const { size } = await file.stat();
  return {
    size,
    slice: (from, to) => ({
      async arrayBuffer() {
        const bytes = new Uint8Array(Math.max(0, Math.min(to, size) - from));
        let length = 0;
        while (length < bytes.length) {
          const { bytesRead } = await file.read(bytes, length, bytes.length - length, from + length);
          if (bytesRead === 0) break;
          length += bytesRead;
        }
        return bytes.buffer.slice(0, length) as ArrayBuffer;
      },
    }),
    close: () => file.close(),
  };
}

/** Bytes in memory as a file. */
export function bytesAsFile(bytes: Uint8Array): FileBytes {
  return {
    size: bytes.length,
    slice: (from, to) => ({ arrayBuffer: async () => new Uint8Array(bytes.subarray(from, to)).buffer }),
  };
}
