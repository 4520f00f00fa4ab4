import type { ExchangeOutline } from '../../../shared/session/exchangeOutline.ts';

/** What went wrong with an exchange, in a few words; '' when nothing did. */
export function failureOf({ status, http, end, error }: ExchangeOutline): string {
  if (status !== undefined && status !== 0 && status !== 200) return `status ${status}`;
  // What the page ended, or what went with it, is no failure, whatever the browser calls it.
  if (end === 'close' || end === 'abort' || end === 'cancel' || end === 'unload') return '';
  if (http?.error && !http.aborted) return http.error;
  if (end === 'error') return error || 'failed';
  if (end === 'disconnect') return 'connection lost';
  return '';
}
