import type { BackgroundToPanel, PanelToBackground } from '../../shared/protocol/panelLink.ts';
import type { Wire } from '../../shared/protocol/wire.ts';
import { newSessionId } from '../../shared/session/newSessionId.ts';
import { formatBytes } from '../../shared/text/units/format.ts';
import type { QueryClient } from '../query/client.ts';

/** Thousandths of the work that are done when the file has been read; the rest is writing. */
const READ = 300;

/** What came of an import. */
export interface Imported {
  session: string;
  /** What was left out, or is to be known, in sentences. */
  notes: string[];
}

/** An import that failed, and whether a part of the file can be read all the same. */
export interface ImportFailure extends Error {
  /** Exchanges before the place where the file is damaged. */
  readable?: number;
}

export interface Importer {
  /**
   * Reads a file into the store, by way of the query worker and the background.
   *
   * @param salvage - what comes before the place where the file is damaged is read
   * @param progress - takes how far it is, in thousandths
   * @throws {ImportFailure} with a sentence; nothing of the file stays in the store
   */
  read(
    file: File,
    salvage: boolean,
    signal: AbortSignal,
    progress: (thousandths: number) => void,
  ): Promise<Imported>;
  /** The background has written a part, or says why not. */
  written(session: string, problem: string): void;
  /** The background is gone, and with it what it had of any file. */
  broken(): void;
}

/**
 * @param wire - to the background; undefined when there is none
 * @param budget - bytes that are kept of all sessions
 */
export function createImporter(
  query: QueryClient,
  wire: () => Wire<PanelToBackground, BackgroundToPanel> | undefined,
  budget: () => number,
): Importer {
  const waits = new Map<string, (problem: string) => void>();

  return {
    async read(file, salvage, signal, progress) {
      const id = newSessionId(Date.now());
      try {
        await query.ask('importOpen', [file, file.name, id, salvage], signal, ([done]) =>
          progress(Math.floor((done! * READ) / 1000)),
        );
        for (;;) {
          const { done, notes, ...batch } = await query.ask('importNext', [id], signal);
          const problem = await new Promise<string>((resolve) => {
            const to = wire();
            if (to) {
              waits.set(id, resolve);
              to.post({ type: 'WriteImport', session: id, ...batch });
            } else resolve('The extension was reloaded.');
          });
          waits.delete(id);
          if (problem) throw new Error(problem);
          progress(READ + Math.floor((done * (1000 - READ)) / 1000));
          if (!batch.last) continue;
          const bytes = batch.sessions[0]?.bytes ?? 0;
          const most = budget();
          const large = `It has ${formatBytes(bytes)}, more than the ${formatBytes(most)} that are kept: pin it, or it goes when DevTools open next.`;
          return { session: id, notes: bytes > most ? [...notes, large] : notes };
        }
      } catch (error) {
        // Wherever it ended: neither the file in the worker nor a part of it in the store is of use any more.
        query.ask('importEnd', [id]).catch(() => {});
        wire()?.post({ type: 'CancelImport', session: id });
        throw error;
      }
    },
    written: (session, problem) => waits.get(session)?.(problem),
    broken() {
      for (const wait of waits.values()) wait('The import was interrupted. Try it again.');
    },
  };
}
