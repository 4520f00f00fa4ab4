/**
 * The files of this folder are the only ones of the page tap that read a global, but for the prototypes that the taps patch when
 * they start. They run before any script of the page, and take everything that the tap needs later. So a page that replaces `Promise.prototype.then` or `Array.prototype.push`
 * neither breaks the tap nor sees it.
 *
 * Habits follow for the rest of the tap: methods are called through these functions; lists have no prototype
 * ({@link createList}) and grow by index, never by push, spread or `for … of`; objects in which the engine or the browser
 * looks up a property (descriptors, handlers, init objects) have no prototype either. What is inherited belongs to the page.
 */

// Firefox runs the scripts of a reloaded extension in the pages that are open. The previous tap, whose bridge is gone,
// hears this event and restores the natives before they are captured. Every file of this folder imports this one.
globalThis.dispatchEvent(new Event('sse-scope:successor'));

export type AnyFunction = (...args: never[]) => unknown;

export const NativeError = Error;

export const { apply, construct, defineProperty, deleteProperty, getPrototypeOf, setPrototypeOf } = Reflect;
/** The value that a Proxy's target has for a property. */
export const getProperty = Reflect.get;

const getOwnPropertyDescriptor = Reflect.getOwnPropertyDescriptor;
/** The descriptor of an own property, without a prototype. */
export function descriptorOf(object: object, name: PropertyKey): PropertyDescriptor | undefined {
  const descriptor = getOwnPropertyDescriptor(object, name);
  if (descriptor) setPrototypeOf(descriptor, null);
  return descriptor;
}

/** A list without a prototype: the page may have put setters of indexes onto that of all lists. */
export function createList<T>(): T[] {
  const list: T[] = [];
  setPrototypeOf(list, null);
  return list;
}

/** A method as a function whose first argument is `this`. */
export function uncurry<T, A extends unknown[], R>(
  method: (this: T, ...args: A) => R,
): (self: T, ...args: A) => R {
  return (self, ...args) => apply(method, self, args) as R;
}

/** Takes the place of a function that this browser does not have. */
function missing(): never {
  throw new NativeError('not here');
}

/** One list for all calls, since an accessor is called for every event. The page cannot reach it. */
export const NO_ARGUMENTS: never[] = [];

/** Reads an accessor of a prototype; throws when it is called where there is none. */
export function getter<T, R>(prototype: T | undefined, name: keyof T & string): (self: unknown) => R {
  const get = (prototype && descriptorOf(prototype, name)?.get) ?? missing;
  return (self) => apply(get, self, NO_ARGUMENTS) as R;
}

export const NativeProxy = Proxy;
