import { getOwnPropertyDescriptor, NativeError } from './natives.ts';

/** Marks the place of a call, cheaply: the text is made only when {@link stackText} asks. */
export function markStack(): Error | undefined {
  // A page that formats stacks itself would be called for ours.
  const format = getOwnPropertyDescriptor(NativeError, 'prepareStackTrace')?.value;
  return typeof format === 'function' ? undefined : new NativeError();
}

/** The stack as the browser writes it; the bridge takes our own frames out. */
export function stackText(mark: Error | undefined): string {
  const stack = mark?.stack;
  return typeof stack === 'string' ? stack : '';
}
