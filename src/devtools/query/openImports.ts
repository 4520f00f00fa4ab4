import { openFile } from '../../shared/file/open/openFile.ts';
import { importBatches } from './importBatches.ts';
import type { ImportBatch } from './messages.ts';

/** Files that are being read, by the session that each becomes. */
export interface OpenImports {
  /**
   * Opens a file.
   *
   * @param part - is told how much of it has been looked at
   */
  open(
    file: Blob,
    name: string,
    session: string,
    salvage: boolean,
    part: (done: Uint32Array) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** The next part of it. */
  next(session: string): Promise<ImportBatch>;
  close(session: string): void;
}

export function createOpenImports(): OpenImports {
  const imports = new Map<string, AsyncGenerator<ImportBatch>>();
  return {
    async open(file, name, session, salvage, part, signal) {
      let told = 0;
      const progress = (done: number): void => {
        signal.throwIfAborted();
        if (done > told) part(Uint32Array.of(done));
        told = done;
      };
      const read = await openFile(file, { name, id: session, now: Date.now(), salvage, progress });
      signal.throwIfAborted();
      imports.set(session, importBatches(read));
    },
    async next(session) {
      const next = await imports.get(session)?.next();
      if (!next || next.done) throw new Error('This file is not open any more.');
      if (next.value.last) imports.delete(session);
      return next.value;
    },
    close: (session) => void imports.delete(session),
  };
}
