import { descriptorOf, NativeError } from '../natives/reflect.ts';
import { stackOf } from '../natives/thrown.ts';

/** Marks the place of a call, cheaply: the text is made only when {@link stackText} asks. */
export function markStack(): Error | undefined {
  return pageFormats() ? undefined : new NativeError();
}

/** The stack as the browser writes it; the bridge takes our own frames out. */
export function stackText(mark: Error | undefined): string {
  const stack = mark && !pageFormats() ? stackOf(mark) : '';
  return typeof stack === 'string' ? stack : '';
}

/** A page that formats stacks itself would be called for ours. */
function pageFormats(): boolean {
  return typeof descriptorOf(NativeError, 'prepareStackTrace')?.value === 'function';
}
