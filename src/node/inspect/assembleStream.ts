import { createAssembly } from '../../shared/assemble/assembly.ts';
import type { Assembled } from '../../shared/assemble/build/assembled.ts';
import type { StreamFacts } from '../../shared/assemble/build/streamFacts.ts';
import { eventsOf } from '../../shared/session/file/text/events.ts';
import type { Segment } from '../../shared/session/segment.ts';
import type { Exchange, Stream } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';

/** An exchange with all of its segments. */
export interface WholeExchange {
  exchange: Exchange;
  segments: Segment[];
}

/** What a stream says as a whole, over all of its connections; undefined where it has no known format. */
export async function assembleStream(
  stream: Stream,
  connections: readonly WholeExchange[],
  requestBody: string | undefined,
): Promise<Assembled | undefined> {
  const first = connections[0]?.exchange;
  const facts: StreamFacts = {
    framing: 'sse',
    url: stream.url,
    method: stream.method,
    headers: first?.headers ?? [],
    requestHeaders: first?.http?.requestHeaders ?? [],
    ...(requestBody === undefined ? {} : { requestBody }),
  };
  const assembly = createAssembly(facts);
  let n = 0;
  for (const { exchange, segments } of connections) {
    const source = { segments: () => inTurn(segments) };
    for await (const { type, data, lastEventId } of eventsOf(source, exchange.id))
      assembly.add({ n: ++n, type, data, id: lastEventId });
  }
  const last = connections.at(-1);
  return assembly.result({
    open: last !== undefined && last.exchange.end === undefined && last.exchange.endedAt === undefined,
    whole:
      !stream.openedBeforeRecording && connections.every(({ exchange }) => exchange.fidelity !== 'events'),
    retryAtEnd: last !== undefined && endsWithRetry(last.segments),
  });
}

async function* inTurn(segments: readonly Segment[]): AsyncGenerator<Segment> {
  yield* segments;
}

/** Whether a `retry` field comes after the last event. */
function endsWithRetry(segments: readonly Segment[]): boolean {
  for (const { kinds } of segments.toReversed()) {
    for (let i = kinds.length - 1; i >= 0; i--) {
      if (kinds[i] === EntryKind.retry) return true;
      if (kinds[i] === EntryKind.event) return false;
    }
  }
  return false;
}
