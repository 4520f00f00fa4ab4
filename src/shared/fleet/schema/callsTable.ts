import { optional, required, table } from './column.ts';
import { PARTITION, PLACE } from './shared.ts';

export const CALLS = table({
  name: 'calls',
  about: 'One row for each request of JSON-RPC, MCP among it, that a stream answers or carries.',
  key: ['stream', 'number'],
  order: ['host', 'endpoint', 'day', 'stream', 'number'],
  columns: {
    ...PARTITION,
    ...PLACE,
    number: required.int('Order among the calls of the stream, from 1.'),
    asked_at: required.time('When the request of the connection went out.'),
    sent_by: required.word('`client` or `server`.'),
    rpc_id: required.text('Its id, as JSON.'),
    method: optional.word('Its method; NULL where the request was not recorded.'),
    name: optional.word('Name of the tool, or address of the resource.'),
    outcome: required.word('`result`, `error`, `toolError`, `input_required`, `elsewhere` or `none`.'),
    answered_ms: optional.double('From the request of the connection to the event that brought the answer.'),
    progress: required.int('Reports of progress.'),
    error_code: optional.long('Code of the error.'),
    error_message: optional.text('Its message; NULL where data was not loaded.'),
  },
});
