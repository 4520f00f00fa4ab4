import { endedAt } from '../../session/exchangeTimes.ts';
import { wasNeverSent } from '../measures/connection.ts';
import { found } from '../model/finding.ts';
import { atConnection, atStream } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** The report of a request may come so much later than its failure, ms. */
const PATIENCE = 1000;

/**
 * An `EventSource` of the page failed for good, and no request of it was seen within a second: a Content Security Policy,
 * another extension or a service worker. A page of https and an address of http is mixed content, which is certain.
 *
 * Not: a failure of a request that was sent; a stream that was open before recording.
 */
export const neverSent: Rule = {
  code: 'neverSent',
  worst: 'error',
  needs: ['page'],
  find({ connections, stream, now, between, pageUnknown }) {
    const connection = connections.at(-1);
    if (pageUnknown || !connection || !wasNeverSent(connection)) return [];
    const { exchange } = connection;
    if (stream.openedBeforeRecording || between(endedAt(exchange)!, now) < PATIENCE) return [];
    const mixedContent =
      stream.documentUrl.startsWith('https:') && /^http:(?!\/\/(localhost|127\.|\[::1\]))/.test(exchange.url);
    const evidence = [atConnection(exchange), atStream(stream)];
    return found('neverSent', 'error', { mixedContent }, { evidence, certain: mixedContent });
  },
};
