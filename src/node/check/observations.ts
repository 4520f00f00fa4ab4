import { encodingOf } from '../../shared/diagnosis/measures/compression.ts';
import { findHeartbeat } from '../../shared/diagnosis/measures/heartbeat.ts';
import type { FindingCode } from '../../shared/diagnosis/model/finding.ts';
import { headerOf } from '../../shared/session/headerOf.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import type { CheckReport } from './checkUrl.ts';
import type { Probe } from './probe.ts';
import type { Resumed } from './resumed.ts';

/** What was tried, and what came of it. `none`: there was nothing to see. */
export interface Observation {
  what:
    | 'address'
    | 'answer'
    | 'time'
    | 'events'
    | 'heartbeat'
    | 'compression'
    | 'caching'
    | 'resume'
    | 'again'
    | 'http2';
  result: 'good' | 'bad' | 'warn' | 'none';
  says: string;
}

const RESUMED: Record<Resumed, [Observation['result'], string]> = {
  noIds: ['none', 'The events have no IDs: a client that comes back cannot say where it was.'],
  silent: ['none', 'No event came after coming back: what the server makes of the ID is not known.'],
  goesOn: ['good', 'With the ID it goes on after it, without it it begins again.'],
  live: [
    'none',
    'With and without the ID it goes on with what is new: whether events that were sent meanwhile would come is not known.',
  ],
  repeats: ['bad', 'The ID is ignored: events came again that the client has.'],
};

/** What was seen of a stream, in the order in which a client meets it. */
export function observationsOf(report: CheckReport): Observation[] {
  const { first, resumed, without } = report;
  const { exchange, columns } = first.connection;
  if (exchange.status === undefined) {
    const says = first.failure ? `${first.failure}.` : 'No answer came.';
    return [{ what: 'answer', result: 'bad', says }];
  }
  const redirects = exchange.http?.redirects ?? [];
  const seen: Observation[] = redirects.map(({ status, to }) => ({
    what: 'address',
    result: 'none',
    says: `${status} sends the client to ${to}.`,
  }));
  seen.push(answerOf(report));
  const isStream = exchange.http?.evidence === undefined;
  if (!isStream) return [...seen, http2Of(report)];
  seen.push(timesOf(report), eventsOf(first), heartbeatOf(report));
  const encoding = encodingOf(exchange);
  seen.push({
    what: 'compression',
    result: has(report, 'compressedHeld') ? 'bad' : encoding ? 'good' : 'none',
    says: encoding ? `Content-Encoding: ${encoding}.` : 'Not compressed.',
  });
  seen.push({
    what: 'caching',
    result: has(report, 'fromCache') ? 'bad' : has(report, 'cacheControl', 'cacheable') ? 'warn' : 'good',
    says: `Cache-Control: ${headerOf(exchange.headers, 'cache-control') ?? 'missing'}.`,
  });
  if (columns.all.events > 0 || report.withId) {
    const [result, says] = RESUMED[resumed];
    const lost = has(report, 'eventsLost');
    seen.push({
      what: 'resume',
      result: lost ? 'bad' : result,
      says: lost ? 'Events were lost meanwhile.' : says,
    });
  }
  if (without) seen.push(againOf(without));
  return [...seen, http2Of(report)];
}

function has({ diagnosis }: CheckReport, ...codes: FindingCode[]): boolean {
  return diagnosis.findings.some(({ code }) => codes.includes(code));
}

function answerOf(report: CheckReport): Observation {
  const { exchange } = report.first.connection;
  const { status, http, headers } = exchange;
  const type = headerOf(headers, 'content-type') ?? 'no Content-Type';
  const over = [http!.protocol, report.first.tls, http!.remoteAddress].filter((part) => part !== '');
  const bad = has(report, 'statusEnds', 'wrongType', 'redirectedAway', 'charset');
  return {
    what: 'answer',
    result: bad ? 'bad' : 'good',
    says: `${status}, ${type}, over ${over.join(', ')}.`,
  };
}

function timesOf(report: CheckReport): Observation {
  const { exchange, columns } = report.first.connection;
  const since = (at: number | undefined) =>
    at === undefined ? 'none' : formatDuration(Math.max(0, at - exchange.startedAt));
  return {
    what: 'time',
    result: has(report, 'lateHeaders', 'noAnswer') ? 'warn' : 'good',
    says: `Headers after ${since(exchange.respondedAt)}, first byte after ${since(columns.all.firstChunk?.time)}, first event after ${since(columns.all.firstEventAt)}.`,
  };
}

function eventsOf({ connection: { exchange, columns }, failure }: Probe): Observation {
  const { events, comments, bytes, eventsOfType } = columns.all;
  const types = [...eventsOfType].slice(0, 5).map(([type, count]) => `${formatCount(count)} × ${type}`);
  const how = {
    close: '',
    end: ' Then the server ended the response.',
    error: ` Then it broke off: ${failure}.`,
  };
  const ended = how[exchange.end as keyof typeof how] ?? '';
  return {
    what: 'events',
    result: failure ? 'bad' : 'none',
    says: `${formatCount(events)} events${types.length > 0 ? ` (${types.join(', ')}${eventsOfType.size > 5 ? ' …' : ''})` : ''}, ${formatCount(comments)} comments, ${formatBytes(bytes)}.${ended}`,
  };
}

function heartbeatOf(report: CheckReport): Observation {
  const { columns } = report.first.connection;
  const beat = findHeartbeat(columns, []);
  const isSlow = has(report, 'heartbeatTooSlow', 'noHeartbeat', 'deadButOpen');
  return {
    what: 'heartbeat',
    result: isSlow ? 'warn' : beat ? 'good' : 'none',
    says: beat ? `Every ${formatDuration(beat.period)}.` : 'None was recognized in this time.',
  };
}

function againOf({ connection: { exchange, columns }, failure }: Probe): Observation {
  const events = `${formatCount(columns.all.events)} events`;
  if (exchange.status === undefined)
    return {
      what: 'again',
      result: 'bad',
      says: `A new client is not answered: ${failure || 'nothing came'}.`,
    };
  const good = exchange.status === 200 && exchange.http?.evidence === undefined;
  return {
    what: 'again',
    result: good ? 'good' : 'bad',
    says: good ? `A new client is answered, with ${events}.` : `A new client is answered ${exchange.status}.`,
  };
}

function http2Of({ http2, url }: CheckReport): Observation {
  if (http2 === 'none')
    return {
      what: 'http2',
      result: 'none',
      says: `Not tried: browsers speak HTTP/2 over TLS alone. Over HTTP/1.1 all tabs share six connections to ${new URL(url).host}.`,
    };
  if (http2 === 'refused')
    return {
      what: 'http2',
      result: 'warn',
      says: 'The server does not choose it: all tabs share six connections to it.',
    };
  const { exchange, columns } = http2.connection;
  if (exchange.status === undefined)
    return { what: 'http2', result: 'bad', says: `It fails: ${http2.failure || 'no answer came'}.` };
  return {
    what: 'http2',
    result: exchange.status === 200 ? 'good' : 'bad',
    says: `Answered ${exchange.status} after ${formatDuration(exchange.respondedAt! - exchange.startedAt)}, with ${formatCount(columns.all.events)} events.`,
  };
}
