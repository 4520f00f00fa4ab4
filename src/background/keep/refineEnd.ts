import type { Live } from './ledger.ts';

/** An `EventSource` cannot tell an end from a failure: the HTTP layer can. */
export function refineEnd({ exchange, stream }: Live): void {
  const { http } = exchange;
  if (exchange.end !== 'disconnect' || http?.completedAt === undefined) return;
  exchange.end = http.error ? 'error' : 'end';
  if (http.error) exchange.error ??= http.error;
  if (stream.end === 'disconnect') stream.end = exchange.end;
}
