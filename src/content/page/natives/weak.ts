import { uncurry } from './reflect.ts';

export const NativeWeakRef = WeakRef;

const weakMapGet = uncurry(WeakMap.prototype.get);
const weakMapSet = uncurry(WeakMap.prototype.set);
/** A WeakMap whose methods are out of the page's reach. */
export function privateMap<K extends object, V>(): {
  get(key: unknown): V | undefined;
  set(key: K, value: V): void;
} {
  const map = new WeakMap<K, V>();
  return {
    get: (key) => weakMapGet(map, key as object) as V | undefined,
    set: (key, value) => void weakMapSet(map, key, value),
  };
}

const weakRefDeref = uncurry(WeakRef.prototype.deref);
export function deref<T extends object>(ref: WeakRef<T>): T | undefined {
  return weakRefDeref(ref) as T | undefined;
}
