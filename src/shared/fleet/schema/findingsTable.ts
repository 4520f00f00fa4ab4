import { required, table } from './column.ts';
import { PARTITION, PLACE } from './shared.ts';

export const FINDINGS = table({
  name: 'findings',
  about:
    'One row for each thing that is not well with a stream: `docs/findings.md` says what each code means.',
  key: ['stream', 'number'],
  order: ['host', 'endpoint', 'day', 'stream', 'number'],
  columns: {
    ...PARTITION,
    ...PLACE,
    stream: required.text('The first of the streams that it is about: `streams.logical`.'),
    number: required.int('Order among the findings of the stream, from 1; the worst first.'),
    opened_at: required.time('When the stream was opened.'),
    code: required.word('Its code.'),
    severity: required.word('`error`, `warning` or `note`.'),
    certain: required.bool('False where the same facts have a second explanation.'),
    parameters: required.text(
      'Numbers and words of it, as JSON. What would quote data is left out where data was not loaded.',
    ),
  },
});
