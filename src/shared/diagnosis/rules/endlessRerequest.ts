import { beganAt } from '../../session/exchangeTimes.ts';
import { isClosingEvent } from '../measures/closingEvent.ts';
import { median } from '../measures/percentiles.ts';
import { haveSameEvents } from '../measures/sameEvents.ts';
import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST = 3;

/**
 * The server has ended three connections of an `EventSource` or more, each after an event, and each time the last event says
 * that it is the last (its type is `done`, `end`, `complete`, `finish`, `close` or `eof`, or its data `[DONE]`), or all
 * events are the same as the time before.
 *
 * Not: a limit on age, where the events go on, which is `cutByAge`.
 */
export const endlessRerequest: Rule = {
  code: 'endlessRerequest',
  worst: 'warning',
  needs: [],
  find({ connections, cause, between }) {
    const ended = connections.filter(
      (one) =>
        one.transport === 'EventSource' && one.columns.all.events > 0 && ['end', 'lost'].includes(cause(one)),
    );
    const last = ended.at(-1);
    if (ended.length < LEAST || !last) return [];
    const closing = ended.filter(({ columns }) => isClosingEvent(columns.all.lastEvents.at(-1)));
    const same = ended.filter((one, i) => i > 0 && haveSameEvents(ended[i - 1]!.columns, one.columns));
    const by = closing.length >= LEAST ? 'closing' : same.length >= LEAST - 1 ? 'same' : undefined;
    if (!by) return [];
    const periods = ended
      .slice(1)
      .map(({ exchange }, i) => between(beganAt(ended[i]!.exchange), beganAt(exchange)));
    const lastEvent = last.columns.all.lastEvents.at(-1)!;
    return found(
      'endlessRerequest',
      'warning',
      {
        connections: ended.length,
        period: median(periods),
        bytes: ended.slice(1).reduce((sum, { columns }) => sum + columns.all.bytes, 0),
        by,
        type: lastEvent.type,
      },
      {
        evidence: [
          atEntry(last.exchange, lastEvent.ordinal),
          ...ended.slice(-3).map(({ exchange }) => atConnection(exchange)),
        ],
      },
    );
  },
};
