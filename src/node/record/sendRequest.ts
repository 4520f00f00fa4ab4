import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Header, Redirect } from '../../shared/session/types.ts';
import { headerPairs } from './headerPairs.ts';
import { redirectedTarget, type Target } from './redirect.ts';

export interface SendOptions {
  /** Certificates are not checked. */
  insecure: boolean;
  signal: AbortSignal;
  /** Told of each redirection that is followed; `at` in ms since the epoch. */
  redirected(redirect: Redirect): void;
}

/**
 * Sends a request and follows its redirections.
 *
 * @throws when no server answers, or a redirection cannot be followed: with a sentence
 */
export async function sendRequest(target: Target, options: SendOptions): Promise<IncomingMessage> {
  for (let redirects = 0; ; redirects++) {
    const response = await answerOf(target, options);
    const status = response.statusCode ?? 0;
    let next: Target | undefined;
    try {
      next = redirectedTarget(target, status, response.headers.location, redirects);
    } catch (error) {
      response.destroy();
      throw error;
    }
    if (!next) return response;
    // Its body may have no end.
    response.destroy();
    options.redirected({
      at: performance.timeOrigin + performance.now(),
      status,
      from: target.url,
      to: next.url,
      headers: headerPairs(response.rawHeaders),
    });
    target = next;
  }
}

function answerOf({ url, method, headers, body }: Target, options: SendOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (url.startsWith('https:') ? requestHttps : requestHttp)(
      url,
      {
        method,
        headers: grouped(headers),
        agent: false,
        signal: options.signal,
        rejectUnauthorized: !options.insecure,
      },
      resolve,
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Values by name: several of one name stay several. Node writes headers byte by byte: UTF-8 has to be that already. */
function grouped(headers: readonly Header[]): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = [...values.keys()].find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
    values.set(key, [...(values.get(key) ?? []), Buffer.from(value).toString('latin1')]);
  }
  return Object.fromEntries(values);
}
