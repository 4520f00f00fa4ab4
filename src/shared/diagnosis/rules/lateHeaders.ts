import { beganAt } from '../../session/exchangeTimes.ts';
import { type Connection, hasTimes } from '../measures/connection.ts';
import { hostOf } from '../measures/urls.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';
import type { StreamFacts } from '../model/streamFacts.ts';

/** From the request to the headers, and from the headers to the first byte, ms. */
const LATE = 2000;
const TOGETHER = 50;
/** Another answer of the same host that is as quick shows that the way is free, ms. */
const QUICK = 500;

/**
 * A GET is answered 2 s or more after the request, and the first byte comes within 50 ms of the headers. Certain when it is
 * so in two connections, or when another stream of the host was answered within 500 ms meanwhile.
 *
 * Not: a first byte that clearly comes later than the headers; other methods, whose answer may take as long; cached responses.
 */
export const lateHeaders: Rule = {
  code: 'lateHeaders',
  worst: 'warning',
  needs: ['http'],
  find(facts) {
    const late = facts.connections.filter((one) => isLate(facts, one));
    const first = late[0];
    if (!first) return [];
    const { exchange } = first;
    const began = beganAt(exchange);
    const answered = exchange.respondedAt!;
    const quick = facts.neighbours.some(({ last }) => {
      if (!last || last.id === exchange.id || hostOf(last.url) !== hostOf(exchange.url)) return false;
      const from = beganAt(last);
      const to = last.respondedAt;
      return from >= began && to !== undefined && to <= answered && facts.between(from, to) < QUICK;
    });
    const after = facts.between(began, answered);
    return found(
      'lateHeaders',
      'warning',
      { after, connections: late.length },
      {
        evidence: [...late.slice(0, 3).map((one) => atConnection(one.exchange)), atRange(began, answered)],
        certain: late.length >= 2 || quick,
      },
    );
  },
};

function isLate({ between }: StreamFacts, connection: Connection): boolean {
  const { exchange, columns } = connection;
  const answered = exchange.respondedAt;
  const { firstChunk } = columns.all;
  if (!hasTimes(connection) || exchange.method !== 'GET' || exchange.http?.fromCache) return false;
  if (answered === undefined || !firstChunk || !exchange.http) return false;
  return between(beganAt(exchange), answered) >= LATE && Math.abs(firstChunk.time - answered) <= TOGETHER;
}
