import { checkHost, type GuardOptions } from '../http/guard.ts';
import { MockError } from '../http/mockError.ts';

/**
 * What a request asks for, as it goes on: path and query, or `*`. RFC 9112, 3.2, has four forms; CONNECT, the only one with the
 * authority-form, does not come here.
 *
 * @throws {MockError}
 */
export function requestTarget(target: string, method: string, guard: GuardOptions): string {
  // origin-form
  if (target.startsWith('/')) return target;
  // asterisk-form: "When a client wishes to request OPTIONS for the server as a whole"
  if (target === '*' && method === 'OPTIONS') return target;
  // absolute-form: "a server MUST accept the absolute-form in requests even though most HTTP/1.1 clients will only send the
  // absolute-form to a proxy". It names the host, whatever `Host` says.
  if (URL.canParse(target)) {
    const { protocol, host, pathname, search } = new URL(target);
    if (/^https?:$/.test(protocol)) {
      checkHost(host, guard);
      return pathname + search;
    }
  }
  throw new MockError(400, 'wrong-target', 'This asks for neither a path nor an http address.');
}
