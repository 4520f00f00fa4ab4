import { isSecretHeader } from '../../shared/file/source/redact.ts';
import type { Header } from '../../shared/session/types.ts';

/** What a request asks for. Redirections change all of it. */
export interface Target {
  url: string;
  method: string;
  headers: Header[];
  body: string | Uint8Array | undefined;
}

const MOST_REDIRECTS = 20;
/** "A redirect status is a status that is 301, 302, 303, 307, or 308." */
const REDIRECT_STATUS = [301, 302, 303, 307, 308];
/** "A request-body-header name is … `Content-Encoding`, `Content-Language`, `Content-Location`, or `Content-Type`." */
const BODY_HEADER = /^content-(encoding|language|location|type)$/i;

/**
 * Where a response sends its request: HTTP-redirect fetch of the Fetch standard, which is quoted.
 *
 * @param redirects - how many were followed before
 * @returns undefined when the response is no redirection
 * @throws with a sentence where the standard has a network error
 */
export function redirectedTarget(
  target: Target,
  status: number,
  location: string | undefined,
  redirects: number,
): Target | undefined {
  if (!REDIRECT_STATUS.includes(status) || location === undefined) return undefined;
  // "If location is a header value, then set location to the result of parsing location with response's URL."
  // "If locationURL is failure, then return a network error."
  if (!URL.canParse(location, target.url)) throw new Error('It redirects to what is no address');
  const to = new URL(location, target.url);
  const from = new URL(target.url);
  // "If location is a URL whose fragment is null, then set location's fragment to requestFragment."
  if (to.hash === '' && !to.href.endsWith('#')) to.hash = from.hash;
  // "If locationURL's scheme is not an HTTP(S) scheme, then return a network error."
  if (!/^https?:$/.test(to.protocol))
    throw new Error(`It redirects to ${to.protocol}, not to http: or https:`);
  // "If request's redirect count is 20, then return a network error."
  if (redirects === MOST_REDIRECTS) throw new Error(`It redirects more than ${MOST_REDIRECTS} times`);
  let { method, headers, body } = target;
  // "internalResponse's status is 301 or 302 and request's method is `POST`" or "internalResponse's status is 303 and request's
  // method is not `GET` or `HEAD`": "Set request's method to `GET` and request's body to null. For each headerName of
  // request-body-header name, delete headerName from request's header list."
  if (
    ([301, 302].includes(status) && method === 'POST') ||
    (status === 303 && !['GET', 'HEAD'].includes(method))
  ) {
    method = 'GET';
    body = undefined;
    headers = headers.filter(([name]) => !BODY_HEADER.test(name));
  }
  // "If request's current URL's origin is not same origin with locationURL's origin, then for each headerName of CORS non-wildcard
  // request-header name, delete headerName": `Authorization`. Cookies a browser takes for the new URL, and a script may not set
  // them; API keys are credentials too; `Host` names the server that was left.
  if (from.origin !== to.origin)
    headers = headers.filter(([name]) => !isSecretHeader(name) && !/^host$/i.test(name));
  return { url: to.href, method, headers, body };
}
