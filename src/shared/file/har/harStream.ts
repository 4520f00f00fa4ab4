import type { Stream, Transport } from '../../session/types.ts';
import { type Fields, fieldsOf, listOf, numberOr, oneOf, textOr, timeOr } from '../source/untrusted.ts';
import { ENDS } from './ends.ts';

const TRANSPORTS: readonly Transport[] = ['EventSource', 'fetch', 'XMLHttpRequest'];

/**
 * The stream that an entry is the first exchange of.
 *
 * @param own - what our own format says of the stream, if it does
 * @param page - title of the page
 */
export function streamOf(
  entry: Fields,
  own: Fields | undefined,
  session: string,
  number: number,
  page: string,
): Stream {
  const request = fieldsOf(entry.request);
  const byType = { eventsource: 'EventSource', fetch: 'fetch', xhr: 'XMLHttpRequest' } as const;
  const guessed = byType[entry._resourceType as keyof typeof byType] ?? 'EventSource';
  const at = timeOr(entry.startedDateTime, 0);
  return {
    id: `${session}/${number}`,
    session,
    number,
    transport: oneOf(own?.transport, TRANSPORTS, guessed),
    method: textOr(own?.method, textOr(request.method, 'GET')),
    url: textOr(own?.url, textOr(request.url, '')),
    documentUrl: textOr(own?.documentUrl, URL.canParse(page) ? page : ''),
    frame: oneOf(own?.frame, ['top', 'child', 'worker'] as const, 'top'),
    frameId: Math.trunc(numberOr(own?.frameId, 0)),
    openedAt: timeOr(own?.openedAt, at),
    openedBeforeRecording: own?.openedBeforeRecording === true,
    stack: textOr(own?.stack, ''),
    state: 'ended',
    end: oneOf(own?.end, ENDS, 'end' as const),
    listeners: own
      ? listOf(own.listeners)
          .filter((one) => typeof one === 'string')
          .slice(0, 1000)
          .map((one) => textOr(one, ''))
      : [],
    ...(own === undefined || own.listenersUnknown === true ? { listenersUnknown: true } : {}),
    exchanges: 1,
    entries: 0,
    events: 0,
    bytes: 0,
  };
}
