import { optional, required, table } from './column.ts';
import { PARTITION, PLACE } from './shared.ts';

export const RECORDS = table({
  name: 'records',
  about:
    'One row for each timed fact read from the bytes: an event, a comment, a retry, a problem, an incomplete tail.',
  key: ['exchange', 'ordinal'],
  order: ['host', 'endpoint', 'day', 'exchange', 'ordinal'],
  columns: {
    ...PARTITION,
    ...PLACE,
    exchange: required.text('The connection: `exchanges.exchange`.'),
    connection: required.int('Its number in the stream, from 1.'),
    ordinal: required.int('Order in the connection, from 0.'),
    n: required.long('Order in the stream, from 1: the number that the panel shows.'),
    arrived_at: required.time('Arrival of the chunk that completed it.'),
    gap_ms: optional.double('Time since the record before it in the stream; NULL for the first one.'),
    kind: required.word('`event`, `comment`, `retry`, `problem`, `incomplete`.'),
    type: required.word(
      'Type of an event: `message` where the stream names none; empty for the other kinds.',
    ),
    event_id: required.text('The last event ID that holds for it.'),
    size: required.long('Bytes: of the data of an event or an incomplete tail, of the line of the others.'),
    retry_ms: optional.long('The time that a `retry` asks for.'),
    problem: optional.word(
      '`unknownField`, `invalidRetry`, `nulInId`, `invalidUtf8`, `secondBom`, `noData`, `longLine`.',
    ),
    data: optional.text('Data of an event, text of a comment; NULL where data was not loaded.'),
  },
});
