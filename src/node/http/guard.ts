import { MockError } from './mockError.ts';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

export interface GuardOptions {
  /** Names by which the server may be called besides those of loopback. */
  hosts: readonly string[];
  /** Origins whose pages may read from it besides those of the recording. */
  origins: readonly string[];
}

/**
 * Refuses a request that names another host: a page whose name was made to point here (DNS rebinding) would be of the
 * server's own origin.
 *
 * @throws {MockError}
 */
export function checkHost(host: string | undefined, { hosts }: GuardOptions): void {
  const name = (host ?? '').replace(/:\d+$/, '');
  if (LOOPBACK.test(name) || hosts.some((one) => one.toLowerCase() === name.toLowerCase())) return;
  throw new MockError(
    421,
    'wrong-host',
    `This server is not “${name.slice(0, 100)}”. Call it by localhost, or start it with --allow-host ${name.slice(0, 100)}.`,
  );
}

/**
 * Whether pages of an origin may read what is served: those of this machine, of the recording, and of extensions.
 *
 * `null` is nobody's: sandboxed frames of any page send it, and pages of `file:` and `data:`. It may read only when it is allowed by name,
 * or with all. The panel does not need that: a request that it redirects, which sends `null` too where it was of another origin before,
 * has a secret in its path.
 *
 * @param origin - the `Origin` of the request; without one it is no page's
 */
export function mayRead(
  origin: string | undefined,
  recorded: readonly string[],
  { origins }: GuardOptions,
): boolean {
  if (origin === undefined) return true;
  if (origins.includes(origin) || origins.includes('*')) return true;
  if (origin === 'null') return false;
  if (recorded.includes(origin)) return true;
  if (isExtension(origin)) return true;
  return URL.canParse(origin) && LOOPBACK.test(new URL(origin).hostname);
}

export function isExtension(origin: string): boolean {
  return /^(chrome|moz|safari-web)-extension:\/\/[\w-]+$/.test(origin);
}
