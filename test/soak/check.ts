import { checkConnection, type Recorded } from './checkConnection.ts';
import type { ServedConnection, SoakLog } from './log.ts';
import { planPage } from './plan.ts';
import type { Stored, StoredExchange } from './readStore.ts';
import { connectionOf } from './storedBlocks.ts';
import type { Violation } from './violation.ts';

/**
 * Holds everything that is stored against everything that was sent, and what pages were given.
 */
export function check(seed: number, log: SoakLog, stored: Stored, origins: readonly string[]): Violation[] {
  const violations: Violation[] = [];
  const byConnection = new Map<string, StoredExchange[]>();
  const unknown: StoredExchange[] = [];
  for (const one of stored.exchanges) {
    const name = identify(one, violations);
    if (name === undefined) unknown.push(one);
    else byConnection.set(name, [...(byConnection.get(name) ?? []), one]);
  }
  checkSessions(log, stored, byConnection, violations);
  checkPhantoms(seed, log, stored, unknown, origins, violations);
  const silent = countSilent(unknown);
  const streams = new Map(stored.streams.map((stream) => [stream.id, stream]));
  const sessions = new Map(stored.sessions.map((session) => [session.id, session]));
  for (const connection of log.connections.values()) {
    const found = byConnection.get(connection.name) ?? [];
    if (found.length > 1) {
      violations.push({
        kind: 'doubled',
        connection,
        page: log.pages.get(connection.page),
        exchange: found[1]!.exchange,
        what: `stored ${found.length} times: ${found.map(outline).join(', ')}`,
      });
    }
    const page = log.pages.get(connection.page);
    const recorded: Recorded = {
      log,
      connection,
      page,
      given: page?.reports.map(({ given }) => given[connection.name]).find((one) => one !== undefined),
      found: found[0],
      silent: silent.get(connection.url) ?? 0,
      session: found[0]
        ? sessions.get(found[0].exchange.session)
        : sessionOfPage(connection, byConnection, log, sessions),
      marks: stored.marks,
      stream: found[0] && streams.get(found[0].exchange.stream),
    };
    checkConnection(recorded, violations);
  }
  checkCounters(stored, violations);
  return violations;
}

function outline({ exchange }: StoredExchange): string {
  const { id, http, startedAt, respondedAt, endedAt, end, wire, bytes, lastEventIdBefore } = exchange;
  const request = http
    ? `${http.request} from ${http.requestedAt} to ${http.completedAt ?? '-'}${http.certain ? '' : ', uncertain'}`
    : 'no request';
  return `${id} (${request}; page from ${startedAt}, response ${respondedAt ?? '-'}, end ${endedAt ?? '-'} ${end ?? ''}, wire ${wire ?? '-'}, ID "${lastEventIdBefore}", ${bytes} bytes)`;
}

/** The connection of an exchange: by what its blocks and the head of its response say, which must be the same. */
function identify({ exchange, blocks }: StoredExchange, violations: Violation[]): string | undefined {
  const names = new Set(blocks.map(({ name }) => connectionOf(name)));
  names.delete('');
  const header = exchange.headers?.find(([name]) => name.toLowerCase() === 'x-connection')?.[1];
  if (header) names.add(header);
  if (names.size > 1) {
    violations.push({
      kind: 'wrongExchange',
      exchange,
      what: `holds ${[...names].join(', ')}${exchange.http?.certain === false ? ' (uncertain)' : ''}; its head is that of ${header ?? 'nobody'}`,
    });
  }
  return [...names][0];
}

/** Exchanges by URL of which neither the head of a response nor a byte is stored: whose they are is not to be told. */
function countSilent(unknown: readonly StoredExchange[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { exchange, bytes } of unknown) {
    if (bytes.length === 0) counts.set(exchange.url, (counts.get(exchange.url) ?? 0) + 1);
  }
  return counts;
}

type ByConnection = Map<string, StoredExchange[]>;

function sessionOfPage(
  { page }: ServedConnection,
  byConnection: ByConnection,
  log: SoakLog,
  sessions: Map<string, Stored['sessions'][number]>,
): Stored['sessions'][number] | undefined {
  for (const [name, found] of byConnection) {
    if (log.connections.get(name)?.page === page) return sessions.get(found[0]!.exchange.session);
  }
  return undefined;
}

/** Each page is one session, and each session one page. */
function checkSessions(
  log: SoakLog,
  stored: Stored,
  byConnection: ByConnection,
  violations: Violation[],
): void {
  const counts = new Map<string, Map<string, number>>();
  for (const [name, found] of byConnection) {
    const page = log.connections.get(name)?.page;
    if (page === undefined) continue;
    const of = counts.get(page) ?? new Map<string, number>();
    counts.set(page, of);
    for (const { exchange } of found) of.set(exchange.session, (of.get(exchange.session) ?? 0) + 1);
  }
  const owners = new Map<string, string>();
  for (const [page, of] of counts) {
    const [first, ...others] = [...of].sort((a, b) => b[1] - a[1]);
    for (const [session, count] of others) {
      violations.push({
        kind: 'wrongSession',
        what: `${count} exchanges of ${page} are in ${session}, the others in ${first![0]}`,
      });
    }
    const owner = owners.get(first![0]);
    if (owner)
      violations.push({
        kind: 'wrongSession',
        what: `${page} and ${owner} are in one session, ${first![0]}`,
      });
    owners.set(first![0], page);
    const session = stored.sessions.find(({ id }) => id === first![0]);
    const { url } = log.pages.get(page)!;
    if (session && session.url !== url) {
      violations.push({
        kind: 'wrongSession',
        what: `${session.id} of ${page} says ${session.url}, not ${url}`,
      });
    }
  }
}

/** Streams and exchanges that nobody opened. */
function checkPhantoms(
  seed: number,
  log: SoakLog,
  stored: Stored,
  unknown: readonly StoredExchange[],
  origins: readonly string[],
  violations: Violation[],
): void {
  const opened = new Map<string, number>();
  for (const page of log.pages.keys()) {
    for (const { url } of planPage(seed, page, origins).streams) opened.set(url, (opened.get(url) ?? 0) + 1);
  }
  const served = new Map<string, number>();
  for (const { url } of log.connections.values()) served.set(url, (served.get(url) ?? 0) + 1);
  const streams = new Map<string, Stored['streams']>();
  for (const stream of stored.streams) streams.set(stream.url, [...(streams.get(stream.url) ?? []), stream]);
  for (const [url, of] of streams) {
    const exchanges = stored.exchanges.filter(({ exchange }) => of.some(({ id }) => id === exchange.stream));
    if (of.length > (opened.get(url) ?? 0)) {
      const own = ({ id }: Stored['streams'][number]): string =>
        exchanges
          .filter(({ exchange }) => exchange.stream === id)
          .map((one) => `\n    ${outline(one)}`)
          .join('');
      violations.push({
        kind: 'phantom',
        what: `${of.length} streams of ${url}, which was opened ${opened.get(url) ?? 0} times: ${of.map((one) => `\n  ${one.id} (${one.frame} ${one.frameId}${one.unclaimed ? ', unclaimed' : ''}${one.openedBeforeRecording ? ', late' : ''}, ${one.state})${own(one)}`).join('')}`,
      });
    }
    // Each stream may wait for a connection that never comes to be.
    const most = (served.get(url) ?? 0) + of.length;
    if (exchanges.length > most) {
      violations.push({
        kind: 'phantom',
        what: `${exchanges.length} exchanges of ${url}, at most ${most} were there`,
      });
    }
  }
  for (const { exchange, bytes, blocks } of unknown) {
    if (blocks.length > 0)
      violations.push({ kind: 'phantom', exchange, what: `${bytes.length} bytes of nobody` });
  }
}

/** What counts is what is there. */
function checkCounters({ streams, exchanges, sessions }: Stored, violations: Violation[]): void {
  const ofStream = new Map<string, StoredExchange[]>();
  for (const one of exchanges) {
    const { exchange, bytes } = one;
    ofStream.set(exchange.stream, [...(ofStream.get(exchange.stream) ?? []), one]);
    if (exchange.bytes !== bytes.length)
      violations.push({
        kind: 'counter',
        exchange,
        what: `says ${exchange.bytes} bytes, and has ${bytes.length}`,
      });
  }
  const ids = new Set(sessions.map(({ id }) => id));
  for (const stream of streams) {
    const own = (ofStream.get(stream.id) ?? []).sort((a, b) => a.exchange.number - b.exchange.number);
    let entries = 0;
    for (const { exchange } of own) {
      if (exchange.firstEntry !== entries)
        violations.push({
          kind: 'counter',
          exchange,
          what: `first entry ${exchange.firstEntry}, ${entries} are before it`,
        });
      entries += exchange.entries;
    }
    if (stream.entries !== entries || stream.exchanges !== own.length || !ids.has(stream.session)) {
      violations.push({
        kind: 'counter',
        what: `${stream.id}: ${stream.entries} entries and ${stream.exchanges} exchanges, and there are ${entries} and ${own.length}`,
      });
    }
  }
}
