import { createAssembly } from '../../shared/assemble/assembly.ts';
import type { Assembled } from '../../shared/assemble/build/assembled.ts';
import { eventsOf } from '../../shared/file/text/events.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { isOver } from '../../shared/session/exchangeTimes.ts';
import type { Exchange, Stream } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';

/** What a stream says as a whole, over all of its connections. */
export interface StreamAssembly {
  /** Its next connection, with all of its segments: they are not kept. */
  add(exchange: Exchange, segments: readonly Segment[]): Promise<void>;
  /** Undefined where it has no known format. */
  result(): Assembled | undefined;
}

/** @param first - its first connection: its headers belong to the format */
export function assembleStream(
  stream: Stream,
  first: Exchange,
  requestBody: string | undefined,
): StreamAssembly {
  const assembly = createAssembly({
    framing: 'sse',
    url: stream.url,
    method: stream.method,
    headers: first.headers ?? [],
    requestHeaders: first.http?.requestHeaders ?? [],
    ...(requestBody === undefined ? {} : { requestBody }),
  });
  let n = 0;
  let whole = !stream.openedBeforeRecording;
  let open = false;
  let retryAtEnd = false;
  return {
    async add(exchange, segments) {
      whole &&= exchange.fidelity !== 'events';
      open = !isOver(exchange) && exchange.end === undefined;
      retryAtEnd = endsWithRetry(segments);
      for await (const { type, data, lastEventId } of eventsOf(
        { segments: () => inTurn(segments) },
        exchange.id,
      ))
        assembly.add({ n: ++n, type, data, id: lastEventId });
    },
    result: () => assembly.result({ open, whole, retryAtEnd }),
  };
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
