/**
 * Whether the page is given this response: the "CORS check" of the Fetch standard, as far as an extension can do it.
 *
 * A response that fails it must be left alone: behind a filter of ours the failure would look like an ordinary end, and
 * an `EventSource` that the browser closes for good would connect again and again.
 *
 * @param origin - of the page, serialised; 'null' for an opaque one
 * @param crossed - a redirect of this request led to another origin
 * @param withCredentials - the request carried cookies or a password
 */
export function corsAllows(request: {
  origin: string;
  url: string;
  crossed: boolean;
  withCredentials: boolean;
  allowOrigin: string;
  allowCredentials: string;
}): boolean {
  const { origin, url, crossed, withCredentials, allowOrigin, allowCredentials } = request;
  if (!crossed && URL.canParse(url) && new URL(url).origin === origin && origin !== 'null') return true;
  // "If request's credentials mode is not 'include' and origin is `*`, then return success."
  if (!withCredentials && allowOrigin === '*') return true;
  // "If the result of byte-serializing a request origin with request is not origin, then return failure."
  if (allowOrigin !== origin && !(crossed && allowOrigin === 'null')) return false;
  // "If credentials is `true`, then return success."
  return !withCredentials || allowCredentials === 'true';
}
