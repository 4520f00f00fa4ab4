import type { PanelData } from '../data/panelData.ts';
import type { ExportQuestion } from '../query/messages.ts';
import { createImporter } from './importFile.ts';

/** Files of sessions: into the store, and out of it. */
export interface LibraryStore {
  /**
   * Writes what is on show into a file.
   *
   * @param progress - takes how far it is, in thousandths
   */
  export(
    what: Omit<ExportQuestion, 'session' | 'version'>,
    signal: AbortSignal,
    progress: (thousandths: number) => void,
  ): Promise<Blob>;
  /**
   * Reads a file into the store, and shows it.
   *
   * @returns what was left out, in sentences
   * @throws with a sentence when it cannot be read, written, or is not wanted any more
   */
  import(
    file: File,
    salvage: boolean,
    signal: AbortSignal,
    progress: (thousandths: number) => void,
  ): Promise<string[]>;
}

/** @param version - of the extension: it is written into files */
export function createLibraryStore(data: PanelData, version: string): LibraryStore {
  const { query, link, sessionId } = data;
  const importer = createImporter(query, link.wire, () => link.status.value?.keeping.budget ?? Infinity);
  data.on({ importWritten: importer.written, linkBroken: importer.broken });
  return {
    export: (what, signal, progress) =>
      query.ask('export', [{ ...what, session: sessionId.value, version }], signal, ([done]) =>
        progress(done ?? 0),
      ),
    async import(file, salvage, signal, progress) {
      const { session, notes } = await importer.read(file, salvage, signal, progress);
      await data.showNewSession(session);
      return notes;
    },
  };
}
