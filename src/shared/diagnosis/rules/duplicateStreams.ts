import { beganAt, isOver } from '../../session/exchangeTimes.ts';
import { initiatorOf } from '../measures/logical.ts';
import { found } from '../model/finding.ts';
import { atStream } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** Together for so long they are no hand-over, ms. */
const TOGETHER = 1000;

/**
 * Two streams of one document with the same method and address, opened by the same line of code, are open together for a
 * second or more.
 *
 * Not: another query; one that opens as the other closes; two places of the code that each want their own.
 */
export const duplicateStreams: Rule = {
  code: 'duplicateStreams',
  worst: 'warning',
  needs: ['page'],
  find({ stream, last, neighbours, now, between, pageUnknown }) {
    const own = initiatorOf(stream.stack);
    if (pageUnknown || !last || isOver(last.exchange) || own === '') return [];
    const twin = neighbours.find(({ stream: other, last: its }) => {
      if (other.id === stream.id || !its || isOver(its) || other.state !== 'open') return false;
      return (
        other.method === stream.method &&
        other.url === stream.url &&
        other.documentUrl === stream.documentUrl &&
        other.frameId === stream.frameId &&
        initiatorOf(other.stack) === own
      );
    });
    if (!twin || stream.state !== 'open' || stream.method !== 'GET') return [];
    const later = Math.max(beganAt(last.exchange), beganAt(twin.last!));
    const together = between(later, now);
    if (together < TOGETHER) return [];
    const apart = Math.abs(stream.openedAt - twin.stream.openedAt);
    return found(
      'duplicateStreams',
      'warning',
      { together, apart },
      { evidence: [atStream(twin.stream), atStream(stream)] },
    );
  },
};
