import { endedAt } from '../../session/exchangeTimes.ts';
import { encodingOf, heldByCompressor, MOST_LOOKED } from '../measures/compression.ts';
import { found } from '../model/finding.ts';
import { atConnection, atHeader, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * The response has a `Content-Encoding`, and no event came for five seconds after its headers, or what came, came in lumps
 * (as in `buffered`).
 *
 * Not: flushed gzip, as of Apache's mod_deflate, HAProxy or Traefik, which is `compressed`.
 */
export const compressedHeld: Rule = {
  code: 'compressedHeld',
  worst: 'error',
  needs: ['http'],
  fully: ['bytes'],
  find(facts) {
    for (const connection of facts.connections.slice(-MOST_LOOKED).toReversed()) {
      const held = heldByCompressor(facts, connection);
      if (!held) continue;
      const { exchange } = connection;
      const encoding = encodingOf(exchange);
      const evidence = [atHeader(exchange, 'Content-Encoding'), atConnection(exchange)];
      if ('lumps' in held) {
        const { telling: lumps, pause } = held.lumps;
        const parameters = { encoding, silence: undefined, lumps, pause };
        // A buffer behind the compressor does the same.
        return found('compressedHeld', 'error', parameters, { evidence, certain: false });
      }
      evidence.push(atRange(exchange.respondedAt!, endedAt(exchange)));
      const parameters = { encoding, silence: held.silence, lumps: 0, pause: 0 };
      // A server with nothing to say looks the same.
      return found('compressedHeld', 'error', parameters, { evidence, certain: false });
    }
    return [];
  },
};
