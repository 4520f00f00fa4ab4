import { optional, required, table } from './column.ts';
import { PARTITION, PLACE } from './shared.ts';

export const EXCHANGES = table({
  name: 'exchanges',
  about: 'One row for each connection: an HTTP request and its response.',
  key: ['exchange'],
  order: ['host', 'endpoint', 'day', 'exchange'],
  columns: {
    ...PARTITION,
    ...PLACE,
    exchange: required.text('Id of the connection: the stream, a slash, and its number.'),
    connection: required.int('Its number in the stream, from 1.'),
    method: required.word('Method of the request.'),
    url: required.text('Address of the request.'),
    status: optional.int('Status of the response; NULL where nobody saw it.'),
    protocol: required.word('`HTTP/1.1`, `h2`, …; empty where the browser does not tell.'),
    server: required.word('What the response names between the server’s code and the page, by commas.'),
    fidelity: required.word(
      'Where the bytes come from: `bytes` (the wire), `text` (decoded text), `events` (dispatched events).',
    ),
    times_from: required.word(
      'Of its records: `chunks` as they came, `events`, or `estimate` where the file has no times.',
    ),
    started_at: required.time('When the request went out.'),
    responded_at: optional.time('When the response began.'),
    ended_at: optional.time('When it was over; NULL while it lasted.'),
    ended_by: optional.word(
      'Why it is over, as the browser told: `end`, `error`, `disconnect`, `close`, `abort`, `cancel`, `unload`.',
    ),
    cause: optional.word(
      'Why it is over, as far as can be told: `end`, `network`, `status`, `type`, `page`, `unload`, `frozen`, `unsent`, `offline`, `lost`.',
    ),
    error: required.text('The browser’s words for the failure.'),
    duration_ms: optional.double('From the request to the end.'),
    first_byte_ms: optional.double('From the request to the first byte of the body.'),
    first_event_ms: optional.double('From the request to the first event.'),
    longest_silence_ms: optional.double(
      'The longest time between two chunks, which the connection survived.',
    ),
    silence_at_end_ms: optional.double('From the last byte to the end.'),
    heartbeat_ms: optional.double('Period of its heartbeat, where it has one.'),
    heartbeat_by: optional.word('`comment`, or the type of the event that comes so regularly.'),
    records: required.long('Its records.'),
    events: required.long('Its events.'),
    comments: required.long('Its comments.'),
    bytes: required.long('Its bytes.'),
  },
});
