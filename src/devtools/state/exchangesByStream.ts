import type { Exchange, Stream } from '../../shared/session/types.ts';

/** The exchanges of each stream in their order; an empty list for a stream that has none. */
export function exchangesByStream(
  streams: readonly Stream[],
  exchanges: readonly Exchange[],
): Map<string, Exchange[]> {
  const byStream = new Map<string, Exchange[]>(streams.map(({ id }) => [id, []]));
  for (const exchange of exchanges) byStream.get(exchange.stream)?.push(exchange);
  for (const own of byStream.values()) own.sort((a, b) => a.number - b.number);
  return byStream;
}
