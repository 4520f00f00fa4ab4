import { defineProperty, deleteProperty, descriptorOf, setPrototypeOf, uncurry } from './reflect.ts';

const NativePromise = Promise;
const then = uncurry(Promise.prototype.then) as <T>(
  promise: Promise<T>,
  onFulfilled: (value: T) => void,
  onRejected: (reason: unknown) => void,
) => void;

/**
 * Reacts to a promise that the browser made and the page does not get. `then` would ask the promise's `constructor`, which the
 * page can replace, for the class of its result: without a prototype, the promise has none.
 *
 * @param onFulfilled, onRejected - do not throw
 */
export function whenSettled<T>(
  promise: Promise<T>,
  onFulfilled: (value: T) => void,
  onRejected: (reason: unknown) => void,
): void {
  setPrototypeOf(promise, null);
  then(promise, onFulfilled, onRejected);
}

const THEN_IS_NOTHING = { __proto__: null, value: undefined, configurable: true } as PropertyDescriptor;

/**
 * Makes the promise that the page gets in place of the browser's. (A reaction on the browser's own promise would mark its
 * rejection as handled, and so swallow the page's `unhandledrejection`.)
 *
 * @param onFulfilled - sees the value; what it returns is the page's. When it throws, that is the page's too
 * @param onRejected - sees the reason
 */
export function derive<T, R>(
  promise: Promise<T>,
  onFulfilled: (value: T) => R,
  onRejected: (reason: unknown) => void,
): Promise<R> {
  return new NativePromise<R>((resolve, reject) => {
    whenSettled(
      promise,
      (value) => {
        let result: R;
        try {
          result = onFulfilled(value);
        } catch (reason) {
          reject(reason);
          return;
        }
        // The browser has looked up `then` once already, as it does natively. `resolve` would look it up again, and a page that
        // has put a `then` onto a prototype would see the second time: hide it meanwhile.
        const hides =
          typeof result === 'object' &&
          result !== null &&
          'then' in result &&
          !descriptorOf(result, 'then') &&
          defineProperty(result, 'then', THEN_IS_NOTHING);
        resolve(result);
        if (hides) deleteProperty(result as object, 'then');
      },
      (reason) => {
        onRejected(reason);
        reject(reason);
      },
    );
  });
}
