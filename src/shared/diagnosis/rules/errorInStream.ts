import { errorMessageOf } from '../measures/modelAnswer.ts';
import { found } from '../model/finding.ts';
import { atConnection, atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * An event tells of an error: its type is `error` (in a stream of `fetch`), its data has an `error`, or its `type` or
 * `finish_reason` says so. The status of the response was 200: a client that looks at that alone takes it for an answer.
 *
 * Not: events of the type `error` for an `EventSource`, which is `eventNamedError`; an error that answers a call of JSON-RPC;
 * `"error": null`.
 */
export const errorInStream: Rule = {
  code: 'errorInStream',
  worst: 'error',
  needs: [],
  find({ recent }) {
    for (const { exchange, columns, transport } of recent.toReversed()) {
      for (const event of columns.all.lastEvents.toReversed()) {
        const message = errorMessageOf(event, transport === 'EventSource');
        if (message === undefined) continue;
        const evidence = [atEntry(exchange, event.ordinal), atConnection(exchange)];
        return found('errorInStream', 'error', { message }, { evidence });
      }
    }
    return [];
  },
};
