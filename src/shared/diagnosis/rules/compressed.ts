import { encodingOf, heldByCompressor, MOST_LOOKED } from '../measures/compression.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * The response has a `Content-Encoding`, five events or more came by themselves, and nothing was held back: the compressor
 * is flushed after each event.
 *
 * Not: a compressor that holds events back, which is `compressedHeld`.
 */
export const compressed: Rule = {
  code: 'compressed',
  worst: 'note',
  needs: ['http', 'bytes'],
  find(facts) {
    const connection = facts.connections.findLast(
      ({ exchange, columns }) => encodingOf(exchange) !== '' && columns.all.events >= 5,
    );
    if (!connection || facts.connections.slice(-MOST_LOOKED).some((one) => heldByCompressor(facts, one)))
      return [];
    const { exchange, columns } = connection;
    return found(
      'compressed',
      'note',
      { encoding: encodingOf(exchange), events: columns.all.events },
      { evidence: [atHeader(exchange, 'Content-Encoding'), atConnection(exchange)] },
    );
  },
};
