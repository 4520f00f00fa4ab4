import type { BackgroundToPanel, PanelToBackground } from '../../shared/protocol/panelLink.ts';
import type { Wire } from '../../shared/protocol/wire.ts';
import type { Database } from '../../shared/store/open.ts';
import { deleteSession, writeChanges } from '../../shared/store/write.ts';
import { storageProblemOf, storageProblemText } from '../keep/storageProblem.ts';

type PanelWire = Wire<BackgroundToPanel, PanelToBackground>;
type Part = Extract<PanelToBackground, { type: 'WriteImport' }>;

/** Sessions on their way from files, part by part: complete in the end, or gone. */
export interface Imports {
  write(wire: PanelWire, part: Part): Promise<void>;
  cancel(session: string): Promise<void>;
  /** A panel is gone, and with it the files that it was reading. */
  gone(wire: PanelWire): Promise<void>;
}

export function createImports(db: () => Promise<Database>, done: () => void): Imports {
  const running = new Map<string, PanelWire>();

  async function drop(session: string): Promise<void> {
    if (running.delete(session)) await deleteSession(await db(), session);
  }

  return {
    async write(wire, { session, last, sessions, streams, exchanges, segments, marks }) {
      if (sessions.length > 0 && !last) running.set(session, wire);
      let problem = '';
      if (running.get(session) !== wire) problem = 'The import was interrupted. Try it again.';
      else {
        try {
          const none = { documents: [], requests: [], requestsOver: [] };
          await writeChanges(await db(), { ...none, sessions, streams, exchanges, segments, marks });
        } catch (error) {
          const code = storageProblemOf(error);
          problem = code
            ? storageProblemText(code)
            : `The browser’s storage does not take it: ${String(error)}`;
          await drop(session).catch(() => {});
        }
      }
      wire.post({ type: 'ImportWritten', session, problem });
      if (problem || !last) return;
      running.delete(session);
      done();
    },
    cancel: drop,
    async gone(wire) {
      for (const [session, own] of running) if (own === wire) await drop(session).catch(() => {});
    },
  };
}
