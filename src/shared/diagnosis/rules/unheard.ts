import { found } from '../model/finding.ts';
import type { Place } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * Events came of a type that no listener of the page's `EventSource` is for; an error where all of them are.
 *
 * Not: streams of `fetch`, which are read whole; recordings that saw no page, whose listeners nobody knows; the types
 * `error` and `open`, which is `eventNamedError`.
 */
export const unheard: Rule = {
  code: 'unheard',
  worst: 'error',
  needs: ['page', 'bytes'],
  find({ stream, connections, pageUnknown }) {
    if (stream.transport !== 'EventSource' || pageUnknown) return [];
    const heard = new Set(stream.listeners);
    const counts = new Map<string, number>();
    let all = 0;
    for (const { columns } of connections) {
      for (const [type, events] of columns.all.eventsOfType) {
        all += events;
        if (!heard.has(type) && type !== 'error' && type !== 'open')
          counts.set(type, (counts.get(type) ?? 0) + events);
      }
    }
    if (counts.size === 0) return [];
    const types = [...counts].map(([type, events]) => ({ type, events })).sort((a, b) => b.events - a.events);
    const nothingHeard = types.reduce((sum, { events }) => sum + events, 0) === all;
    const evidence = types.slice(0, 10).map(({ type }): Place => ({ place: 'listener', type }));
    return found('unheard', nothingHeard ? 'error' : 'warning', { types, nothingHeard }, { evidence });
  },
};
