import { optional, required, table } from './column.ts';
import { PARTITION, PLACE } from './shared.ts';

export const STREAMS = table({
  name: 'streams',
  about: 'One row for each `EventSource` object, or `fetch` or XHR call whose response is an event stream.',
  key: ['stream'],
  order: ['host', 'endpoint', 'day', 'stream'],
  columns: {
    ...PARTITION,
    ...PLACE,
    stream: required.text('Id of the stream: the session, a slash, and its number.'),
    logical: required.text(
      'Id of the first of the streams that a client library opened one after the other for one purpose.',
    ),
    number: required.int('Order of appearance in the session, from 1.'),
    transport: required.word('`EventSource`, `fetch` or `XMLHttpRequest`.'),
    method: required.word('Method of its requests.'),
    url: required.text('Address.'),
    document_url: required.text('The document that opened it.'),
    frame: required.word('`top`, `child` or `worker`.'),
    opened_at: required.time('When it was opened.'),
    opened_before_recording: required.bool('What came earlier is not known.'),
    ended_by: optional.word(
      'Why it is over: `end`, `error`, `disconnect`, `close`, `abort`, `cancel`, `unload`.',
    ),
    exchanges: required.int('Its connections.'),
    records: required.long('Its records.'),
    events: required.long('Its events.'),
    bytes: required.long('Its bytes.'),
  },
});
