import { type ReadonlySignal, signal } from '@preact/signals';

/** Findings that the user does not want to see any more, by their keys; kept for the next sessions too. */
export interface Dismissed {
  keys: ReadonlySignal<ReadonlySet<string>>;
  dismiss(keys: readonly string[]): void;
  bringBack(keys: readonly string[]): void;
}

const NAME = 'dismissed findings';
/** Those that were dismissed first are forgotten first. */
const MOST = 500;

export function createDismissed(storage: Pick<Storage, 'getItem' | 'setItem'>): Dismissed {
  const keys = signal<ReadonlySet<string>>(read(storage));

  function set(next: Set<string>): void {
    keys.value = new Set([...next].slice(-MOST));
    try {
      storage.setItem(NAME, JSON.stringify([...keys.value]));
    } catch {
      // Without room it holds as long as the panel.
    }
  }

  return {
    keys,
    dismiss: (more) => set(new Set([...keys.value, ...more])),
    bringBack(less) {
      const next = new Set(keys.value);
      for (const key of less) next.delete(key);
      set(next);
    },
  };
}

function read(storage: Pick<Storage, 'getItem'>): Set<string> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(NAME) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []);
  } catch {
    return new Set();
  }
}
