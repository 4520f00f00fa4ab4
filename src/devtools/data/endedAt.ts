import type { Exchange, HttpSide } from '../../shared/session/types.ts';

/** When an exchange was over, as the panel tells it: what the page saw, else what the HTTP layer saw. Undefined while it lasts. */
export function endedAt({
  endedAt,
  http,
}: Pick<Exchange, 'endedAt'> & { http?: Pick<HttpSide, 'completedAt'> | undefined }): number | undefined {
  return endedAt ?? http?.completedAt;
}
