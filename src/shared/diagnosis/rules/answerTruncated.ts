import { hasBytes } from '../measures/connection.ts';
import { modelAnswerOf } from '../measures/modelAnswer.ts';
import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * A response that ended normally holds the answer of a model without its end: an OpenAI chat without a `finish_reason` and
 * `[DONE]`, an OpenAI response without `response.completed`, `failed` or `incomplete`, an Anthropic message without
 * `message_stop`, a Gemini answer without a `finishReason`.
 *
 * Not: an answer that the page gave up; streams of other formats.
 */
export const answerTruncated: Rule = {
  code: 'answerTruncated',
  worst: 'error',
  needs: ['bytes'],
  find({ connections, cause }) {
    const connection = connections.at(-1);
    if (!connection || !hasBytes(connection) || cause(connection) !== 'end') return [];
    const answer = modelAnswerOf(connection);
    if (!answer || answer.finish || !answer.certain || connection.exchange.end === undefined) return [];
    const { exchange, columns } = connection;
    const last = columns.all.lastEvents.at(-1)!;
    return found(
      'answerTruncated',
      'error',
      { format: answer.format, events: columns.all.events },
      { evidence: [atEntry(exchange, last.ordinal), atConnection(exchange)] },
    );
  },
};
