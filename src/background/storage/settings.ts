import type { Browser } from 'webextension-polyfill';
import type { Keeping } from '../../shared/protocol/panelLink.ts';
import { BUDGET } from '../../shared/store/schema.ts';

/** Less than that is no budget, bytes. */
const LEAST_BUDGET = 16 << 20;

/** What the user has chosen for all tabs. Kept by the browser; read once, before anything is recorded. */
export interface Settings {
  keeping(): Keeping;
  wireWanted(): boolean;
  load(): Promise<void>;
  setKeeping(change: Partial<Keeping>): Promise<void>;
  setWire(on: boolean): Promise<void>;
}

export function createSettings(storage: Browser['storage']['local']): Settings {
  let keeping: Keeping = { recordOnOpen: true, budget: BUDGET, whenFull: 'stop', removed: undefined };
  let wireWanted = false;
  return {
    keeping: () => keeping,
    wireWanted: () => wireWanted,
    async load() {
      const stored = (await storage.get(['keeping', 'wireTap'])) as {
        keeping?: Partial<Keeping>;
        wireTap?: boolean;
      };
      keeping = { ...keeping, ...stored.keeping };
      wireWanted = stored.wireTap === true;
    },
    async setKeeping(change) {
      keeping = { ...keeping, ...change };
      keeping.budget = Math.max(LEAST_BUDGET, keeping.budget);
      await storage.set({ keeping });
    },
    async setWire(on) {
      wireWanted = on;
      await storage.set({ wireTap: on });
    },
  };
}
