import { apply, descriptorOf, getter, NO_ARGUMENTS } from './reflect.ts';

const inheritedStack = descriptorOf(Error.prototype, 'stack');
/** The call stack of an error, as the browser writes it. Firefox has an accessor for it, Chromium a property of its own. */
export function stackOf(error: Error): unknown {
  const stack = inheritedStack ?? descriptorOf(error, 'stack');
  return stack?.get ? apply(stack.get, error, NO_ARGUMENTS) : stack?.value;
}

const domErrorName = getter<DOMException, string>(DOMException.prototype, 'name');
const domErrorMessage = getter<DOMException, string>(DOMException.prototype, 'message');
/** Name of a DOMException ('AbortError', …); '' for any other value. */
export function errorName(reason: unknown): string {
  try {
    return domErrorName(reason);
  } catch {
    return '';
  }
}
/** The message of a DOMException, or the text in an own property `message` (a TypeError has one); '' for anything else. */
export function errorMessage(reason: unknown): string {
  try {
    return domErrorMessage(reason);
  } catch {}
  const own =
    typeof reason === 'object' && reason !== null ? descriptorOf(reason, 'message')?.value : undefined;
  return typeof own === 'string' ? own : '';
}
