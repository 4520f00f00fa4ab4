import type { HttpRequest } from '../../shared/store/schema.ts';

/** Reported by Chromium's debugger, not by the HTTP layer. */
export function isOfWire({ id }: Pick<HttpRequest, 'id'>): boolean {
  return id.startsWith('wire-');
}

/** '' where it is not known: the debugger was attached after the request was sent. */
export function isSameMethod(a: string, b: string): boolean {
  return a === '' || b === '' || a.toUpperCase() === b.toUpperCase();
}

export function withoutFragment(url: string): string {
  const at = url.indexOf('#');
  return at < 0 ? url : url.slice(0, at);
}
