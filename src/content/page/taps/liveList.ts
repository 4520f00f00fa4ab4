import { createList } from '../natives/reflect.ts';
import { deref, NativeWeakRef } from '../natives/weak.ts';

/**
 * Objects that may be asked for later, held weakly: an object that the page has dropped is collected as if
 * nobody had looked at it.
 */
export interface LiveList<T extends object> {
  add(item: T): void;
  each(visit: (item: T) => void): void;
}

export function createLiveList<T extends object>(): LiveList<T> {
  let refs = createList<WeakRef<T>>();
  let pruneAt = 32;
  return {
    add(item) {
      if (refs.length >= pruneAt) {
        const alive = createList<WeakRef<T>>();
        for (let i = 0; i < refs.length; i++) if (deref(refs[i]!)) alive[alive.length] = refs[i]!;
        refs = alive;
        pruneAt = alive.length * 2 + 32;
      }
      refs[refs.length] = new NativeWeakRef(item);
    },
    each(visit) {
      const now = refs;
      for (let i = 0; i < now.length; i++) {
        const item = deref(now[i]!);
        if (item) visit(item);
      }
    },
  };
}
