import { type Connection, hasTimes } from '../../diagnosis/measures/connection.ts';
import { softwareOf } from '../../diagnosis/measures/software.ts';
import type { StreamFacts } from '../../diagnosis/model/streamFacts.ts';
import type { Redactor } from '../../file/source/redact.ts';
import { beganAt, endedAt, isOver } from '../../session/exchangeTimes.ts';
import type { RowOf } from '../schema/column.ts';
import type { EXCHANGES } from '../schema/exchangesTable.ts';
import { moment, momentOrNull } from './moment.ts';
import { placed, type StreamPlace } from './streamPlace.ts';

/** The row of a connection. */
export function exchangeRow(
  connection: Connection,
  place: StreamPlace,
  facts: StreamFacts,
  redactor: Redactor,
): RowOf<typeof EXCHANGES> {
  const { exchange, columns } = connection;
  const { http, status } = exchange;
  const began = beganAt(exchange);
  const ended = endedAt(exchange);
  return {
    ...placed(place, began),
    exchange: exchangeId(place, exchange.number),
    connection: exchange.number,
    method: exchange.method,
    url: redactor.text(exchange.url),
    status: status === undefined || status === 0 ? null : Math.min(status, 2 ** 31 - 1),
    protocol: http?.protocol ?? '',
    server: softwareOf(exchange.headers).join(','),
    fidelity: exchange.fidelity,
    times_from: exchange.timesFrom ?? 'chunks',
    started_at: moment(began),
    responded_at: momentOrNull(exchange.respondedAt),
    ended_at: momentOrNull(ended),
    ended_by: exchange.end ?? null,
    cause: isOver(exchange) ? facts.cause(connection) : null,
    error: redactor.text(exchange.error || http?.error || ''),
    duration_ms: ended === undefined ? null : facts.between(began, ended),
    ...timesOf(connection, facts),
    records: exchange.entries,
    events: exchange.events,
    comments: columns.all.comments,
    bytes: exchange.bytes,
  };
}

export function exchangeId({ stream }: Pick<StreamPlace, 'stream'>, number: number): string {
  return `${stream}/${number}`;
}

/** What is measured by the times of its chunks: nothing where those were made up. */
function timesOf(connection: Connection, facts: StreamFacts) {
  const { exchange, columns } = connection;
  const { firstByte, firstEvent } = facts.arrival(connection);
  const isMeasured = hasTimes(connection);
  const delivered = columns.chunkTimes.length > 0;
  const heartbeat = isMeasured ? facts.heartbeat(connection) : undefined;
  const survived = columns.all.silences.map(({ from, to }) => facts.between(from, to));
  return {
    // A file without times of chunks may know when the response began.
    first_byte_ms: isMeasured || exchange.respondedAt !== undefined ? (firstByte ?? null) : null,
    first_event_ms: isMeasured ? (firstEvent ?? null) : null,
    longest_silence_ms:
      isMeasured && delivered ? survived.reduce((most, one) => Math.max(most, one), 0) : null,
    silence_at_end_ms:
      isMeasured && delivered && isOver(exchange) ? facts.arrival(connection).silenceAtEnd : null,
    heartbeat_ms: heartbeat?.period ?? null,
    heartbeat_by: heartbeat ? (heartbeat.by.kind === 'comment' ? 'comment' : heartbeat.by.type) : null,
  };
}
