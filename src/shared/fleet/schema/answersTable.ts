import { optional, required, table } from './column.ts';
import { PARTITION, PLACE } from './shared.ts';

export const ANSWERS = table({
  name: 'answers',
  about:
    'One row for each answer of a model. A stream that is told of an error before any answer has one row, too.',
  key: ['stream', 'number'],
  order: ['host', 'endpoint', 'day', 'stream', 'number'],
  columns: {
    ...PARTITION,
    ...PLACE,
    number: required.int('Which answer of the stream, from 0.'),
    asked_at: required.time('When the request went out.'),
    format: required.word('Format of the stream, like `openai-chat` or `anthropic`.'),
    model: required.word('The model, as the stream names it; empty where it does not.'),
    status: required.word(
      '`complete`, `limited`, `waiting`, `error`, `aborted`, `truncated`, `unknown`, `open`.',
    ),
    finish: optional.word('The server’s own word for why it stopped.'),
    ttft_ms: optional.double('From the request to the first output of any kind.'),
    first_text_ms: optional.double('From the request to the first visible text.'),
    output_ms: optional.double('From the first output to the last.'),
    input_tokens: optional.long('Tokens of the prompt; with the first answer of the stream only.'),
    output_tokens: optional.long('Tokens of all answers; with the first one only.'),
    reasoning_tokens: optional.long('Those of hidden reasoning among them.'),
    cached_tokens: optional.long('Those of the prompt that came from a cache.'),
    tokens_per_s: optional.double('Output tokens by the time of output; with the first answer only.'),
    text_chars: required.long('Length of the text, UTF-16 units.'),
    tool_calls: required.int('Tools that it calls.'),
    error_code: optional.word('Code of the error that the stream tells.'),
    text: optional.text('The text; NULL where data was not loaded.'),
  },
});
