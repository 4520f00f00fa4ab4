import type { Exchange } from '../../src/shared/session/types.ts';
import type { Given, ServedConnection, ServedPage } from './log.ts';

/** Every way in which a record may be wrong. */
export const KINDS = [
  'lost',
  'doubled',
  'reordered',
  'altered',
  'wrongExchange',
  'wrongSession',
  'wrongLastEventId',
  'wrongEnd',
  'phantom',
  'eventsDespiteWire',
  'counter',
] as const;

export interface Violation {
  kind: (typeof KINDS)[number];
  /** A sentence on what is wrong. */
  what: string;
  connection?: ServedConnection;
  page?: ServedPage | undefined;
  given?: Given | undefined;
  exchange?: Exchange;
}

/** A violation with what is needed to look into it. Times are ms after the begin of the round. */
export function describeViolation(violation: Violation, began: number): string {
  const { kind, what, connection, page, given, exchange } = violation;
  const lines = [
    `${kind}: ${connection ? `${connection.name} ` : ''}${exchange ? `${exchange.id} ` : ''}${what}`,
  ];
  const at = (time: number | undefined) => (time === undefined ? '-' : String(Math.round(time - began)));
  if (connection) {
    const { client, method, url, lastEventId, status, blocks, ended } = connection;
    const size = connection.sent.reduce((sum, { length }) => sum + length, 0);
    lines.push(
      `  served: ${method} ${url} for ${client} of ${connection.page}, from ${at(connection.at)} to ${at(connection.closedAt)}, Last-Event-ID "${lastEventId}", status ${status}, ${blocks.length} blocks, ${size} bytes, ended by ${ended ?? 'the client'}`,
    );
  }
  if (page) {
    const told = given
      ? `given ${given.count}, up to ${given.last}, outcome ${given.outcome}`
      : 'given nothing';
    lines.push(`  page: shown at ${at(page.at)}, gone at ${at(page.goneAt)}, ${told}`);
  }
  if (exchange) {
    const { number, status, bytes, events, fidelity, wire, end, error, lastEventIdBefore, http } = exchange;
    lines.push(
      `  stored: number ${number} from ${at(exchange.startedAt)}, response ${at(exchange.respondedAt)} (${status ?? 'no status'}), end ${at(exchange.endedAt)} ${end ?? ''} ${error ?? ''}, ${bytes} bytes, ${events} events, fidelity ${fidelity}, wire ${wire ?? '-'}, Last-Event-ID "${lastEventIdBefore}", page ${exchange.pageBytes ?? '-'} bytes ${exchange.pageEvents ?? '-'} events, heard ${exchange.heardOnWire ?? '-'}, replaced ${exchange.replaced ?? 0}, http ${http ? `${http.request} from ${at(http.requestedAt)} to ${at(http.completedAt)} ${http.error ?? ''}` : '-'}`,
    );
  }
  return lines.join('\n');
}
