import type { Exchange } from '../../src/shared/session/types.ts';
import type { Connection } from './connection.ts';
import type { SimulatedStream } from './document.ts';
import type { World } from './world.ts';

/** What the store says of one exchange. */
interface Stored {
  exchange: Exchange;
  text: string;
  /** Names of the blocks in their order. */
  names: string[];
}

/**
 * Holds the store against what the servers sent and what the pages were given.
 *
 * @returns a sentence for each thing that is not so
 */
export function check(world: World): string[] {
  const violations: string[] = [];
  const { records } = world;
  const byConnection = new Map<string, Stored[]>();
  for (const exchange of records.exchanges.values()) {
    const stored = read(world, exchange);
    const uids = new Set(stored.names.map((name) => name.split('.')[0]!));
    if (uids.size > 1)
      violations.push(`${exchange.id}: blocks of several connections: ${[...uids].join(', ')}`);
    for (const uid of uids) byConnection.set(uid, [...(byConnection.get(uid) ?? []), stored]);
    checkOrder(stored, violations);
    if (exchange.bytes !== stored.text.length) {
      violations.push(`${exchange.id}: says ${exchange.bytes} bytes, and has ${stored.text.length}`);
    }
  }
  checkCounters(world, violations);
  // Without a kill and a failure everything can be kept.
  if (world.profile.kills === 0 && world.failures === 0) {
    for (const { id, lost } of records.sessions.values()) {
      if (lost > 0) violations.push(`${id}: ${lost} are said to be lost, and nothing was in the way`);
    }
  }
  const sessionOfPage = new Map<string, string>();
  for (const one of world.connections) {
    const stored = byConnection.get(one.uid) ?? [];
    if (stored.length > 1) {
      violations.push(
        `${one.uid}: stored ${stored.length} times: ${stored.map((s) => s.exchange.id).join(', ')}`,
      );
    }
    for (const { exchange } of stored) {
      const { page } = one.stream.document;
      const session = sessionOfPage.get(page) ?? exchange.session;
      sessionOfPage.set(page, session);
      if (session !== exchange.session) {
        violations.push(`${one.uid}: ${exchange.session} instead of ${session}, the session of its page`);
      }
    }
    checkConnection(world, one, stored[0], violations);
  }
  const pages = [...sessionOfPage];
  const sessions = new Set(pages.map(([, session]) => session));
  if (sessions.size < pages.length) violations.push(`two pages in one session: ${JSON.stringify(pages)}`);
  checkClockMarks(world, sessionOfPage, violations);
  for (const stream of world.documents.flatMap((document) => document.streams)) {
    checkStream(world, stream, violations);
  }
  return violations;
}

function read(world: World, exchange: Exchange): Stored {
  const segments = [...(world.records.segments.get(exchange.id)?.values() ?? [])];
  const text = segments.map((segment) => new TextDecoder().decode(segment.bytes)).join('');
  // Whole blocks: the end of an incomplete one may look like an earlier name.
  const names = [...text.matchAll(/^data: (c\d+\.\d+)\n\n/gm)].map((match) => match[1]!);
  return { exchange, text, names };
}

function checkOrder({ exchange, names }: Stored, violations: string[]): void {
  const numbers = names.map((name) => Number(name.split('.')[1]));
  for (let i = 1; i < numbers.length; i++) {
    if (numbers[i]! > numbers[i - 1]!) continue;
    violations.push(`${exchange.id}: ${names[i]} stands after ${names[i - 1]}`);
    return;
  }
}

/** Counters are the sums of what they count, and exchanges begin where the ones before end. */
function checkCounters({ records }: World, violations: string[]): void {
  for (const stream of records.streams.values()) {
    const own = [...records.exchanges.values()]
      .filter((exchange) => exchange.stream === stream.id)
      .sort((a, b) => a.number - b.number);
    let entries = 0;
    for (const exchange of own) {
      if (exchange.firstEntry !== entries) {
        violations.push(`${exchange.id}: first entry ${exchange.firstEntry}, and ${entries} are before it`);
      }
      entries += exchange.entries;
    }
    if (stream.entries !== entries)
      violations.push(`${stream.id}: ${stream.entries} entries, not ${entries}`);
    if (stream.exchanges !== own.length)
      violations.push(`${stream.id}: ${own.length} of ${stream.exchanges} exchanges`);
  }
}

/** A jump of the wall clock is marked, where something was recorded before and after it. */
function checkClockMarks(world: World, sessionOf: Map<string, string>, violations: string[]): void {
  const marked = new Set(
    world.records.marks.filter(({ kind }) => kind === 'clock').map(({ session }) => session),
  );
  for (const { documentId, page, clockJumped, recorded, mayLose } of world.documents) {
    const session = sessionOf.get(page);
    if (!clockJumped || !recorded || mayLose || !session || marked.has(session)) continue;
    violations.push(`${documentId}: the clock has jumped, and nothing says so`);
  }
}

/** Something of this session was lost, and it says so. */
function isMarked({ records }: World, session: string | undefined): boolean {
  return session !== undefined && (records.sessions.get(session)?.lost ?? 0) > 0;
}

function checkConnection(
  world: World,
  one: Connection,
  stored: Stored | undefined,
  violations: string[],
): void {
  const { stream } = one;
  const { document } = stream;
  const exchange = stored?.exchange;
  const session = exchange?.session;
  if (exchange?.wire === 'live' && one.over) violations.push(`${one.uid}: over, and its wire is still live`);
  const wired = exchange?.wire === 'ended';
  // The debugger has not told the last of what a document that went was given.
  const isWireWhole = document.wireCut
    ? one.received.startsWith(stored?.text ?? '')
    : one.received === stored?.text;
  if (stored && wired && !isWireWhole) {
    violations.push(
      `${one.uid}: the wire brought ${one.received.length} bytes, ${stored.text.length} are stored`,
    );
  }
  // A stream that was open already is recorded from there on.
  const isAsSent = stream.lateReported
    ? one.received.includes(stored?.text ?? '')
    : one.received.startsWith(stored?.text ?? '');
  if (exchange?.fidelity === 'bytes' && !exchange.wire && !isAsSent) {
    violations.push(`${one.uid}: the bytes are not those that were sent`);
  }
  // Where two streams of one URL could have sent it, the exchange says so.
  if (exchange?.http?.certain && exchange.lastEventIdBefore !== one.lastEventId) {
    violations.push(`${one.uid}: last event ID ${exchange.lastEventIdBefore} instead of ${one.lastEventId}`);
  }
  const debuggerSession = stream.worker ? `W${stream.uid}` : '';
  const ids = [`http-${one.requestId}`, `wire-${document.tab}-${debuggerSession}-${one.wireId}`];
  if (exchange?.http?.certain && !ids.includes(exchange.http.request)) {
    violations.push(`${one.uid}: has the HTTP side of ${exchange.http.request}`);
  }
  const observed = stream.observed.get(one.uid) ?? [];
  const names = new Set(stored?.names ?? []);
  const lost = observed.filter((name) => !names.has(name));
  if (
    lost.length > 0 &&
    document.recorded &&
    !document.mayLose &&
    !isMarked(world, session ?? pageSession(world, stream))
  ) {
    violations.push(
      `${one.uid}: ${lost.length} of ${observed.length} blocks are lost without a mark, ${lost[0]} first`,
    );
  }
  if (world.profile.kills > 0 || !one.tapped || world.failures > 0 || document.wireCut) return;
  // The wire was on before it began, and nothing came in between.
  if (stored && exchange!.wire === undefined)
    violations.push(`${one.uid}: not the wire's bytes, though it was on`);
  if (!stored && one.received.includes('\n\n'))
    violations.push(`${one.uid}: the wire was on, and nothing is stored`);
}

function pageSession(world: World, stream: SimulatedStream): string | undefined {
  for (const one of world.records.streams.values()) {
    if (one.documentUrl === stream.document.url) return one.session;
  }
  return undefined;
}

function checkStream(world: World, stream: SimulatedStream, violations: string[]): void {
  const { document } = stream;
  if (stream.worker || !document.recorded || document.mayLose || !stream.url.includes(stream.uid)) return;
  const records = [...world.records.streams.values()].filter((one) => one.url === stream.url);
  if (stream.connections.length === 0) return;
  if (records.length > 1)
    violations.push(`${stream.uid}: ${records.length} streams: ${records.map((r) => r.id).join(', ')}`);
  const [record] = records;
  if (!record) {
    if (stream.observed.size > 0) violations.push(`${stream.uid}: no stream`);
    return;
  }
  if (!stream.reported) return;
  if (record.unclaimed) violations.push(`${stream.uid}: nobody has claimed it`);
  if (record.transport !== stream.transport) violations.push(`${stream.uid}: ${record.transport}`);
  if (stream.closed && record.state !== 'ended')
    violations.push(`${stream.uid}: ${record.state}, though it is over`);
}
