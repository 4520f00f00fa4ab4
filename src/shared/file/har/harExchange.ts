import type { EndCause, Exchange, Fidelity, Stream } from '../../session/types.ts';
import { JsonPlace } from '../json/plan.ts';
import type { FileBytes } from '../source/fileBytes.ts';
import { countOr, type Fields, fieldsOf, headersOf, oneOf, textOr } from '../source/untrusted.ts';
import { countAt } from './countAt.ts';
import { ENDS } from './ends.ts';
import { chunksAt } from './harChunks.ts';
import { httpOf } from './harHttp.ts';
import { timesOf } from './harTimes.ts';
import { contentOf, eventTimesAt } from './readContent.ts';
import type { ReadExchange } from './readSession.ts';

const FIDELITIES: readonly Fidelity[] = ['bytes', 'text', 'events'];
/** Larger than any stream: so many chunks have no room in memory. */
const MOST_CHUNKS = 20_000_000;

/**
 * The exchange that an entry is.
 *
 * @param extra - what our own format says of it
 * @param notes - takes what is to be said of its content
 */
export function exchangeOf(
  file: FileBytes,
  entry: Fields,
  extra: Fields,
  stream: Stream,
  index: number,
  notes: string[],
): ReadExchange {
  const request = fieldsOf(entry.request);
  const response = fieldsOf(entry.response);
  const isOwn = oneOf(extra.fidelity, FIDELITIES, undefined) !== undefined;
  const { startedAt, respondedAt, endedAt } = timesOf(entry, extra, isOwn, stream.openedAt);
  const messages =
    countAt(entry._eventSourceMessages) > 0 ? (entry._eventSourceMessages as JsonPlace) : undefined;
  const given = fieldsOf(response.content);
  const { content, from } = contentOf(file, given, messages, (problem) =>
    notes.push(`The content of entry ${index + 1} ${problem}`),
  );
  const error = textOr(extra.error, textOr(response._error, ''));
  const http = httpOf(extra, request, response, entry, index);
  const exchange: Exchange = {
    id: `${stream.id}/${stream.exchanges}`,
    stream: stream.id,
    session: stream.session,
    number: stream.exchanges,
    method: textOr(request.method, 'GET'),
    url: textOr(request.url, ''),
    startedAt,
    respondedAt,
    status: countOr(extra.status, countOr(response.status, 0)),
    headers: headersOf(response.headers),
    ...(http ? { http } : {}),
    ...(endedAt === undefined ? {} : { endedAt: Math.max(startedAt, endedAt) }),
    ...endOf(extra, isOwn, error),
    ...(error ? { error } : {}),
    fidelity: oneOf(extra.fidelity, FIDELITIES, from),
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: textOr(extra.lastEventIdBefore, ''),
  };
  return {
    exchange,
    content,
    chunks: async () =>
      extra.chunks instanceof JsonPlace && extra.chunks.items <= MOST_CHUNKS
        ? chunksAt(file, extra.chunks, countOr(given.size, -1), startedAt)
        : undefined,
    eventTimes: async () => (messages ? eventTimesAt(file, messages) : undefined),
  };
}

function endOf(extra: Fields, isOwn: boolean, error: string): { end?: EndCause } {
  const end = oneOf(extra.end, ENDS, isOwn ? undefined : error ? ('error' as const) : ('end' as const));
  return end ? { end } : {};
}
