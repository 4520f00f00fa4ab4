import { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, NativeProxy } from './natives.ts';

type AnyFunction = (...args: never[]) => unknown;

/**
 * Stands in for a native function: calls it by `native(self, args)` and gives back what the page shall get.
 * Whatever else it does must not throw.
 */
export type Handler = (
  native: (self: unknown, args: ArrayLike<unknown>) => unknown,
  self: unknown,
  args: ArrayLike<unknown>,
) => unknown;

/** Collects patches, and undoes them all. Once undone, a stand-in that somebody still holds falls straight through. */
export interface Patches {
  /** Replaces a method; name, length, descriptor and `toString` stay (a Proxy keeps them). */
  method(owner: object, name: PropertyKey, handler: Handler): AnyFunction | undefined;
  /** Replaces one half of an accessor. */
  accessor(owner: object, name: PropertyKey, half: 'get' | 'set', handler: Handler): void;
  /** Puts `value` in the place of what is there, or over what is inherited. */
  value(owner: object, name: PropertyKey, value: unknown): void;
  /** Whether the patches are in force. */
  active(): boolean;
  restore(): void;
}

export function createPatches(): Patches {
  let active = true;
  const undo: (() => void)[] = [];

  function standIn(native: AnyFunction, handler: Handler): AnyFunction {
    const call = (self: unknown, args: ArrayLike<unknown>) => apply(native, self, args as never[]);
    return new NativeProxy(native, {
      apply: (_target, self, args) => (active ? handler(call, self, args) : call(self, args)),
    });
  }

  function replace(owner: object, name: PropertyKey, descriptor: PropertyDescriptor): void {
    const before = getOwnPropertyDescriptor(owner, name);
    defineProperty(owner, name, descriptor);
    undo[undo.length] = () => {
      // What was only a shadow of an inherited property goes; everything else gets its descriptor back.
      if (before) defineProperty(owner, name, before);
      else deleteProperty(owner, name);
    };
  }

  return {
    method(owner, name, handler) {
      const descriptor = getOwnPropertyDescriptor(owner, name);
      if (typeof descriptor?.value !== 'function' || !descriptor.configurable) return undefined;
      const patched = standIn(descriptor.value as AnyFunction, handler);
      replace(owner, name, { ...descriptor, value: patched });
      return patched;
    },
    accessor(owner, name, half, handler) {
      const descriptor = getOwnPropertyDescriptor(owner, name);
      const native = descriptor?.[half];
      if (!descriptor?.configurable || !native) return;
      replace(owner, name, { ...descriptor, [half]: standIn(native as AnyFunction, handler) });
    },
    value(owner, name, value) {
      const descriptor = getOwnPropertyDescriptor(owner, name);
      if (descriptor && !descriptor.configurable) return;
      replace(owner, name, {
        ...(descriptor ?? { writable: true, enumerable: true, configurable: true }),
        value,
      });
    },
    active: () => active,
    restore() {
      active = false;
      for (let i = undo.length - 1; i >= 0; i--) undo[i]!();
      undo.length = 0;
    },
  };
}
