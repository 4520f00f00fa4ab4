import { createAssembly } from '../../assemble/assembly.ts';
import type { Answer, Assembled, FormatName } from '../../assemble/build/assembled.ts';
import type { RpcCall } from '../../assemble/formats/jsonRpc.ts';
import { entryData, entryLastEventId, entryTime } from '../../segment/readSegment.ts';
import type { Segment } from '../../segment/segment.ts';
import type { Exchange, Stream } from '../../session/types.ts';
import { EntryKind } from '../../sse/types.ts';

/** A stream whose format is not known after so many events has none. */
const MOST_LOOKED_AT = 51;
/** Formats that carry calls or messages, and no answer of a model. */
const NO_MODEL: ReadonlySet<FormatName> = new Set([
  'graphql-sse',
  'jsonrpc',
  'mcp',
  'mcp-sse',
  'mercure',
  'trpc',
]);

/** What a stream says as a whole, and when. */
export interface Meaning {
  assembled: Assembled;
  /** Of a model; one without text where the stream has none and is one of a model all the same. */
  answers: readonly (Answer | undefined)[];
  calls: readonly RpcCall[];
  /** Arrival of an event by its number from 1, ms since the epoch. */
  timeOf(event: number | null | undefined): number | undefined;
}

export interface MeaningReader {
  /** The next connection begins. */
  begin(exchange: Exchange): void;
  /** Its segments in their order, each whole and once. */
  add(segment: Segment): Promise<void>;
  result(): Meaning | undefined;
}

/** Puts together what a stream says, as long as it may say something. */
export function createMeaningReader(stream: Stream, first: Exchange): MeaningReader {
  const assembly = createAssembly({
    framing: 'sse',
    url: stream.url,
    method: stream.method,
    headers: first.headers ?? [],
    requestHeaders: first.http?.requestHeaders ?? [],
  });
  const times: number[] = [];
  let whole = !stream.openedBeforeRecording;
  let open = false;
  let retryAtEnd = false;
  let isLooking = true;
  let earlier: Segment[] = [];
  return {
    begin(exchange) {
      whole &&= exchange.fidelity !== 'events';
      open = exchange.end === undefined && exchange.endedAt === undefined;
      retryAtEnd = false;
      earlier = [];
    },
    async add(segment) {
      if (!isLooking) return;
      earlier.push(segment);
      const find = async (index: number) => earlier.find((one) => one.index === index);
      for (let i = 0; i < segment.kinds.length && isLooking; i++) {
        if (segment.kinds[i] === EntryKind.retry) retryAtEnd = true;
        if (segment.kinds[i] !== EntryKind.event) continue;
        retryAtEnd = false;
        times.push(entryTime(segment, i));
        assembly.add({
          n: times.length,
          type: segment.types[segment.typeOf[i]!]!,
          data: await entryData(segment, i, find),
          id: entryLastEventId(segment, i),
        });
        if (times.length === MOST_LOOKED_AT)
          isLooking = assembly.result({ open: true, whole: true }) !== undefined;
      }
      if (segment.kinds.length > 0) earlier = [segment];
    },
    result() {
      const assembled = isLooking ? assembly.result({ open, whole, retryAtEnd }) : undefined;
      if (!assembled) return undefined;
      const isModel = !NO_MODEL.has(assembled.format);
      const given = isModel ? assembled.answers : [];
      return {
        assembled,
        answers: isModel && given.length === 0 ? [undefined] : given,
        calls: (assembled as { calls?: RpcCall[] }).calls ?? [],
        timeOf: (event) => (event ? times[event - 1] : undefined),
      };
    },
  };
}
