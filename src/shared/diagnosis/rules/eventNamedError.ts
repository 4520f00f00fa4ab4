import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * An `EventSource` gets events of the type `error` or `open`: they reach the listeners of the connection's own events of
 * that name.
 *
 * Not: streams of `fetch`, which have no such events; a failure of the connection.
 */
export const eventNamedError: Rule = {
  code: 'eventNamedError',
  worst: 'warning',
  needs: [],
  find({ connections }) {
    for (const type of ['error', 'open'] as const) {
      const own = connections.filter(
        ({ columns, transport }) => transport === 'EventSource' && columns.all.eventsOfType.has(type),
      );
      const last = own.at(-1);
      if (!last) continue;
      const events = own.reduce((sum, { columns }) => sum + columns.all.eventsOfType.get(type)!, 0);
      const { firstEvents, lastEvents } = last.columns.all;
      const sample = [...firstEvents, ...lastEvents].find((one) => one.type === type);
      const evidence = [sample ? atEntry(last.exchange, sample.ordinal) : atConnection(last.exchange)];
      return found('eventNamedError', 'warning', { type, events }, { evidence });
    }
    return [];
  },
};
