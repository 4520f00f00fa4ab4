import type { Exchange, HttpSide } from './types.ts';

/** When the request of an exchange went out, ms since the epoch: where the HTTP layer did not see it, when the page began. */
export function beganAt({
  http,
  startedAt,
}: Pick<Exchange, 'startedAt'> & { http?: Pick<HttpSide, 'requestedAt'> | undefined }): number {
  return http?.requestedAt ?? startedAt;
}
