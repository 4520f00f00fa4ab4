import type { Session } from '../../session/types.ts';
import { countOr, type Fields, fieldsOf, textOr, timeOr } from '../source/untrusted.ts';
import type { ReadExchange } from './readSession.ts';

/**
 * The session of a file.
 *
 * @param own - what our own format says
 * @param name - of the file
 */
export function sessionOf(
  own: Fields,
  page: Fields,
  id: string,
  name: string,
  exchanges: readonly ReadExchange[],
  streams: number,
): Session {
  const ownSession = fieldsOf(own.session);
  const startedAt = exchanges.reduce(
    (least, { exchange }) => Math.min(least, exchange.startedAt),
    timeOr(ownSession.startedAt, Infinity),
  );
  return {
    id,
    url: textOr(ownSession.url, textOr(page.title, '')),
    title: textOr(ownSession.title, textOr(page.title, name)),
    name: textOr(ownSession.name, '') || name,
    ...(typeof ownSession.note === 'string' ? { note: textOr(ownSession.note, '') } : {}),
    startedAt,
    endedAt: exchanges.reduce(
      (most, { exchange }) => Math.max(most, exchange.endedAt ?? 0),
      Math.max(startedAt, timeOr(ownSession.endedAt, 0)),
    ),
    streams,
    events: 0,
    bytes: 0,
    lost: countOr(ownSession.lost, 0),
  };
}
