import { hasChunkTimes } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST = 3;

/**
 * Three chunks or more of a stream that is read by `fetch` end inside a character: fine for `TextDecoderStream`, and not for
 * a decoder that is made for each chunk.
 *
 * Not: an `EventSource`, which decodes by itself.
 */
export const splitCharacters: Rule = {
  code: 'splitCharacters',
  worst: 'note',
  needs: ['bytes'],
  find({ connections }) {
    const connection = connections.findLast(
      (one) =>
        one.transport === 'fetch' &&
        one.exchange.fidelity === 'bytes' &&
        hasChunkTimes(one) &&
        one.columns.all.splitCharacters >= LEAST,
    );
    if (!connection) return [];
    const { exchange, columns } = connection;
    const chunks = columns.all.splitCharacters;
    return found('splitCharacters', 'note', { chunks }, { evidence: [atConnection(exchange)] });
  },
};
