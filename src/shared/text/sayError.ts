import type { PageErrorCode } from '../session/types.ts';

const WORDS: Record<PageErrorCode, (parameter: string) => string> = {
  leftWhileConnecting: () => 'The page went away while the stream was connecting.',
  requestTimeout: () => 'The request’s own timeout ran out.',
  wrongType: (type) => `The response is ${type || 'without a Content-Type'}, not text/event-stream.`,
};

/**
 * What a failure says for itself, for a person.
 *
 * @param error - a code of ours with its parameter, `code:parameter`; anything else is the browser's words, which stay as they are
 *   (recordings of earlier versions have our sentences there)
 */
export function sayError(error: string): string {
  const [, code, parameter = ''] = /^(\w+)(?::(.*))?$/s.exec(error) ?? [];
  return code !== undefined && Object.hasOwn(WORDS, code) ? WORDS[code as PageErrorCode](parameter) : error;
}
