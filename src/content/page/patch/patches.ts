import {
  type AnyFunction,
  apply,
  construct,
  createList,
  defineProperty,
  deleteProperty,
  descriptorOf,
  getProperty,
  getPrototypeOf,
  NativeProxy,
  setPrototypeOf,
} from '../natives/reflect.ts';

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
  /**
   * What stands in for a class, to be put in its place.
   *
   * @param made - sees each object that was made; must not throw
   */
  standInClass<T extends object>(
    native: new (...args: never[]) => T,
    made: (object: T) => void,
  ): typeof native;
  restore(): void;
}

export function createPatches(): Patches {
  let active = true;
  const undo = createList<() => void>();

  function standIn(native: AnyFunction, handler: Handler): AnyFunction {
    const call = (self: unknown, args: ArrayLike<unknown>) => apply(native, self, args as never[]);
    const standIn: AnyFunction = new NativeProxy(native, {
      __proto__: null,
      apply(_target: unknown, self: unknown, args: unknown[]) {
        // An argument that is not there must not be looked up in the page's `Array.prototype`.
        setPrototypeOf(args, null);
        return active ? handler(call, self, args) : call(self, args);
      },
      ...likeTheTarget(() => standIn),
    } as ProxyHandler<AnyFunction>);
    return standIn;
  }

  function replace(owner: object, name: PropertyKey, descriptor: PropertyDescriptor): void {
    const before = descriptorOf(owner, name);
    defineProperty(owner, name, descriptor);
    undo[undo.length] = () => {
      // What the page has put over ours since stays: ours beneath it falls straight through.
      const now = descriptorOf(owner, name);
      if (!now || now.value !== descriptor.value || now.get !== descriptor.get || now.set !== descriptor.set)
        return;
      // What was only a shadow of an inherited property goes; everything else gets its descriptor back.
      if (before) defineProperty(owner, name, before);
      else deleteProperty(owner, name);
    };
  }

  return {
    method(owner, name, handler) {
      const descriptor = descriptorOf(owner, name);
      if (typeof descriptor?.value !== 'function' || !descriptor.configurable) return undefined;
      const value = standIn(descriptor.value as AnyFunction, handler);
      replace(owner, name, changed(descriptor, { value }));
      return value;
    },
    accessor(owner, name, half, handler) {
      const descriptor = descriptorOf(owner, name);
      const native = descriptor?.[half];
      if (!descriptor?.configurable || !native) return;
      replace(owner, name, changed(descriptor, { [half]: standIn(native as AnyFunction, handler) }));
    },
    value(owner, name, value) {
      const descriptor = descriptorOf(owner, name) ?? {
        writable: true,
        enumerable: true,
        configurable: true,
      };
      if (descriptor.configurable) replace(owner, name, changed(descriptor, { value }));
    },
    standInClass(native, made) {
      const StandIn: typeof native = new NativeProxy(native, {
        __proto__: null,
        construct(target: typeof native, args: never[], newTarget: typeof native) {
          // `new` of the stand-in gives the native prototype; a subclass keeps its own.
          const object = construct(target, args, newTarget === StandIn ? target : newTarget);
          if (active) made(object as InstanceType<typeof native>);
          return object;
        },
        ...likeTheTarget(() => StandIn),
      } as ProxyHandler<typeof native>);
      return StandIn;
    },
    restore() {
      active = false;
      for (let i = undo.length - 1; i >= 0; i--) undo[i]!();
      undo.length = 0;
    },
  };
}

function changed(descriptor: PropertyDescriptor, change: PropertyDescriptor): PropertyDescriptor {
  return { __proto__: null, ...descriptor, ...change } as PropertyDescriptor;
}

/** Traps without which a Proxy would be told from the function that it stands for. */
function likeTheTarget(standIn: () => object): ProxyHandler<object> {
  return {
    /** `caller` and `arguments` are accessors that refuse a Proxy. */
    get: (target, name, receiver) => getProperty(target, name, receiver === standIn() ? target : receiver),
    /** "SetPrototypeOf" looks for a cycle, and goes no further than a Proxy: it is looked for here. */
    setPrototypeOf(target, prototype) {
      for (let one = prototype; one !== null; one = getPrototypeOf(one)) {
        if (one === standIn() || one === target) return false;
      }
      return setPrototypeOf(target, prototype);
    },
  };
}
