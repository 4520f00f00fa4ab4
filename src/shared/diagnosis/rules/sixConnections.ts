import { beganAt, isOver } from '../../session/exchangeTimes.ts';
import { hostOf, isHttp1 } from '../measures/urls.ts';
import { found } from '../model/finding.ts';
import { atStream } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';
import type { Neighbour, StreamFacts } from '../model/streamFacts.ts';

/** Connections that a browser opens to a host over HTTP/1.x. */
const MOST = 6;
/** Without an answer for so long it waits, ms. */
const WAITS = 2000;

/**
 * Six streams or more of the session are open over HTTP/1.x to the host of this one, which is one of them or waits: an error
 * where a stream has had no answer for 2 s, a note where none waits yet.
 *
 * Not: streams over HTTP/2 or HTTP/3, which share a connection; streams to other hosts.
 */
export const sixConnections: Rule = {
  code: 'sixConnections',
  worst: 'error',
  needs: ['http'],
  find(facts) {
    const own = facts.last?.exchange;
    if (!own || isOver(own)) return [];
    const host = hostOf(own.url);
    const there = facts.neighbours.filter(({ last }) => last && !isOver(last) && hostOf(last.url) === host);
    const open = there.filter(({ last }) => isOpen(last!) && isHttp1(last!.http?.protocol));
    const waiting = there.filter((one) => waits(facts, one));
    const concerns = [...open, ...waiting].some(({ last }) => last!.id === own.id);
    if (host === '' || open.length < MOST || !concerns) return [];
    return found(
      'sixConnections',
      waiting.length > 0 ? 'error' : 'note',
      { open: open.length, waiting: waiting.length, host },
      { evidence: [...waiting, ...open].slice(0, 10).map(({ stream }) => atStream(stream)) },
    );
  },
};

function isOpen(exchange: NonNullable<Neighbour['last']>): boolean {
  return exchange.respondedAt !== undefined && exchange.status !== undefined;
}

function waits({ between, now }: StreamFacts, { last }: Neighbour): boolean {
  return last!.respondedAt === undefined && !last!.status && between(beganAt(last!), now) >= WAITS;
}
