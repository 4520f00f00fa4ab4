import { optional, required, table } from './column.ts';
import { PARTITION, PLACE } from './shared.ts';

export const GAPS = table({
  name: 'gaps',
  about:
    'One row for each time without a connection that delivers, from the last byte of one to the first byte of the next.',
  key: ['exchange'],
  order: ['host', 'endpoint', 'day', 'exchange'],
  columns: {
    ...PARTITION,
    ...PLACE,
    exchange: required.text('The connection that was over.'),
    next_exchange: optional.text('The one that delivered again; NULL where none did.'),
    from_at: required.time('Last byte before it.'),
    to_at: optional.time('First byte after it.'),
    gap_ms: optional.double('Its length; NULL while nothing has come.'),
    cause: required.word('Why the connection was over: see `exchanges.cause`.'),
    detail: required.text('The browser’s name of the failure, the status, or the type that came instead.'),
    attempts: required.int('Requests made to come back.'),
    waited_ms: optional.double('From the end to the first attempt.'),
    expected_ms: optional.double('What the client was told to wait, by `retry` or as the browser’s default.'),
    id_before: required.text('Last event ID before it.'),
    id_sent: optional.text('The one that was sent; NULL where the request was not seen, or had none.'),
    id_after: required.text('ID of the first event after it.'),
    lost: optional.long('Events that the client never got; NULL where IDs do not prove it.'),
    repeated: optional.long('Events that came again; NULL where it cannot be proven.'),
  },
});
