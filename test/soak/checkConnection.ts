import type { EndCause, Mark, Session, Stream } from '../../src/shared/session/types.ts';
import { type Given, type ServedConnection, type ServedPage, type SoakLog, sentBytes } from './log.ts';
import type { StoredExchange } from './readStore.ts';
import { numberOf, type StoredBlock } from './storedBlocks.ts';
import type { Violation } from './violation.ts';

/** All that is known of one connection. */
export interface Recorded {
  log: SoakLog;
  connection: ServedConnection;
  page: ServedPage | undefined;
  /** What the page says that it was given; undefined where nothing was, or the page did not say. */
  given: Given | undefined;
  found: StoredExchange | undefined;
  /** Stored exchanges of its URL that tell nothing of a response. */
  silent: number;
  session: Session | undefined;
  stream: Stream | undefined;
  marks: readonly Mark[];
}

/**
 * A page went away, and the background was killed so soon before or after that it may not have had the last reports, ms:
 * nobody else has them.
 */
const BEFORE_GOING = 3000;
const AFTER_GOING = 5000;

export function checkConnection(one: Recorded, violations: Violation[]): void {
  const { connection, found } = one;
  const add = (kind: Violation['kind'], what: string): void => {
    violations.push({
      kind,
      what,
      connection,
      page: one.page,
      given: one.given,
      ...(found ? { exchange: found.exchange } : {}),
    });
  };
  if (!found) {
    checkMissing(one, add);
    return;
  }
  checkContent(one, found, add);
  checkLastEventId(connection, found, add);
  checkEnd(one, found, add);
  const { exchange } = found;
  // Of what is over before the debugger has answered, which takes up to two seconds, it has nothing to tell any more.
  const lasted = (exchange.endedAt ?? Infinity) - (exchange.respondedAt ?? exchange.endedAt ?? 0);
  const isLong = lasted > 2000 && connection.status === 200;
  if (isEventSource(connection) && exchange.fidelity === 'events' && isLong && isWired(one)) {
    add('eventsDespiteWire', 'the wire was on from before the page was loaded');
  }
}

type Add = (kind: Violation['kind'], what: string) => void;

function isEventSource({ client }: ServedConnection): boolean {
  return client === 'EventSource' || client === 'frame' || client === 'worker';
}

/** The wire was on from before its page was loaded until it was over, and the background lived all that time. */
function isWired({ log, connection, page }: Recorded): boolean {
  if (!page || connection.closedAt === undefined) return false;
  const { closedAt } = connection;
  return (
    log.wireOn.some(({ from, to }) => from < page.at && to > closedAt) &&
    !log.kills.some((at) => at > page.at - BEFORE_GOING && at < closedAt + AFTER_GOING)
  );
}

function mayLose({ log, page, connection }: Recorded): boolean {
  const gone = [page?.goneAt, connection.client === 'worker' ? connection.closedAt : undefined];
  return gone.some(
    (going) =>
      going !== undefined && log.kills.some((at) => at > going - BEFORE_GOING && at < going + AFTER_GOING),
  );
}

/** Something was lost, and the session says so: of this stream, or of no stream in particular. */
function isMarked({ session, stream, marks }: Recorded): boolean {
  return marks.some(
    (mark) =>
      mark.kind === 'lost' &&
      mark.session === session?.id &&
      (mark.stream === undefined || mark.stream === stream?.id),
  );
}

function checkMissing(one: Recorded, add: Add): void {
  const { given, connection, page } = one;
  if (mayLose(one) || isMarked(one)) return;
  const isObserved = given !== undefined && given.count > 0 && connection.client !== 'worker';
  const lasted = Math.min(connection.closedAt ?? Infinity, page?.goneAt ?? Infinity) - connection.at;
  // A busy browser may give a request up before it has handed over the head of the response to anybody.
  const isUnheard = given === undefined && one.silent > 0;
  const isOnWire = isWired(one) && connection.blocks.length > 0 && lasted > 1000 && !isUnheard;
  if (isObserved || isOnWire)
    add('lost', `nothing is stored; the page was given ${given?.count ?? 0}, up to ${given?.last}`);
}

function checkContent(one: Recorded, { exchange, bytes, blocks }: StoredExchange, add: Add): void {
  const { connection, given } = one;
  const sent = sentBytes(connection);
  const text = bytes.toString();
  const faults = checkBlocks(connection, blocks, add);
  const isMixed = exchange.fidelity === 'events' || exchange.wire === 'broken';
  const isAsSent =
    exchange.fidelity === 'text'
      ? sent.toString().startsWith(text.replace(/\ufffd+$/, ''))
      : sent.subarray(0, bytes.length).equals(bytes);
  if (!isMixed && !isAsSent && faults === 0) {
    const at = bytes.findIndex((byte, i) => byte !== sent[i]);
    add(
      'altered',
      `differs from what was sent at byte ${at}: ${JSON.stringify(bytes.subarray(Math.max(0, at - 40), at + 60).toString())} instead of ${JSON.stringify(sent.subarray(Math.max(0, at - 40), at + 60).toString())}`,
    );
  }
  if (isMarked(one) || faults > 0) return;
  const missing = missingOf(one, exchange, bytes, text, new Set(blocks.map(({ name }) => name)));
  // What was there before the page went must be there; only the last reports may be missing.
  if (missing && !mayLose(one)) add('lost', missing);
  else if (missing?.startsWith('in the middle')) add('lost', missing);
  else if (missing === undefined && isWhole(one) && bytes.length < sent.length && !isMixed)
    add(
      'lost',
      `${bytes.length} of ${sent.length} bytes are stored, and the server has ended the response; the page was given ${given?.count ?? 0}`,
    );
}

/** The client read the response to its end, and all of it passed where all is seen. */
function isWhole({ found, connection, given }: Recorded): boolean {
  if (connection.ended !== 'end' || connection.status !== 200) return false;
  const wired = found!.exchange.wire === 'ended';
  return (
    // Its worker may have gone before the server had sent everything.
    (wired && found!.exchange.http?.error === '' && !found!.exchange.http.aborted) ||
    (!isEventSource(connection) && given?.outcome === 'end')
  );
}

function missingOf(
  { connection, given }: Recorded,
  { fidelity, wire }: StoredExchange['exchange'],
  bytes: Buffer,
  text: string,
  names: ReadonlySet<string>,
): string | undefined {
  if (!given) return undefined;
  const { client } = connection;
  if (!isEventSource(connection)) {
    if (client === 'text') return undefined;
    const size = client === 'xhr' ? text.length : bytes.length;
    if (fidelity === 'events' || size >= given.count) return undefined;
    return `the page was given ${given.count}, and ${size} are stored`;
  }
  // Of a worker's stream the page says nothing.
  if (client === 'worker' && wire === undefined) return undefined;
  const heard = connection.blocks.filter(
    ({ kind, type, name }) => kind === 'event' && type !== 'quiet' && numberOf(name) <= given.last,
  );
  const lost = heard.filter(({ name }) => !names.has(name));
  if (lost.length === 0) return undefined;
  // A worker's last moments are not told by the debugger, and nobody else has them.
  const lastStored = Math.max(-1, ...[...names].filter(Boolean).map(numberOf));
  const middle = lost.some(({ name }) => numberOf(name) < lastStored);
  if (client === 'worker' && !middle && connection.ended === undefined) return undefined;
  return `${middle ? 'in the middle' : 'at the end'}: ${lost.length} of ${heard.length} events that the page was given are not stored, ${lost[0]!.name} first; the last one stored is ${lastStored}, the last one given ${given.last}`;
}

/** Order, doubles, and that each block says what the server has said. @returns how many violations there are */
function checkBlocks(connection: ServedConnection, blocks: StoredBlock[], add: Add): number {
  let before = -1;
  const seen = new Set<string>();
  for (const { name, data } of blocks) {
    if (!name.startsWith(`${connection.name}.`)) continue;
    const n = numberOf(name);
    if (seen.has(name)) {
      add('doubled', `${name} is there twice`);
      return 1;
    }
    if (n < before) {
      add('reordered', `${name} stands after ${connection.name}.${before}`);
      return 1;
    }
    if (connection.blocks[n]?.data !== data) {
      add('altered', `${name} says ${JSON.stringify(data.slice(0, 80))}`);
      return 1;
    }
    seen.add(name);
    before = n;
  }
  return 0;
}

function checkLastEventId(connection: ServedConnection, { exchange }: StoredExchange, add: Add): void {
  if (!exchange.http || !isEventSource(connection)) return;
  if (exchange.lastEventIdBefore !== connection.lastEventId) {
    add('wrongLastEventId', `"${exchange.lastEventIdBefore}" instead of "${connection.lastEventId}"`);
  }
}

function checkEnd(one: Recorded, { exchange }: StoredExchange, add: Add): void {
  if (mayLose(one) || one.connection.closedAt === undefined) return;
  // Switched off, the wire tells nothing more of a worker's stream, and that is marked.
  if (one.connection.client === 'worker' && exchange.wire === 'broken' && isMarked(one)) return;
  const { end } = exchange;
  if (end === undefined || exchange.endedAt === undefined) {
    add('wrongEnd', 'it is over, and the store does not say so');
    return;
  }
  if (exchange.wire === 'live') add('wrongEnd', 'it is over, and its wire is still said to be live');
  const expected = endsOf(one);
  if (!expected.includes(end)) add('wrongEnd', `${end} instead of ${expected.join(' or ')}`);
}

/** The server ended it while its page was there: else the page may have gone first, though the server did not notice. */
function isEndedForPage({ connection: { ended, closedAt }, page }: Recorded): boolean {
  return ended !== undefined && (page?.goneAt === undefined || closedAt! < page.goneAt);
}

/** What may be said of its end. */
function endsOf(one: Recorded): EndCause[] {
  const { connection, given, log, page, found } = one;
  const isEnded = isEndedForPage(one);
  const byServer: EndCause[] =
    connection.ended === 'end' ? ['end'] : connection.ended === 'break' ? ['error'] : [];
  if (connection.status !== 200) byServer.push('error', 'end');
  // Without the HTTP layer's word an EventSource cannot tell; and the background may have been away when it came.
  const { http } = found!.exchange;
  const { at, closedAt } = connection;
  const killed = log.kills.some((kill) => kill > at - BEFORE_GOING && kill < closedAt! + AFTER_GOING);
  if (isEventSource(connection) && (http?.error === undefined || killed))
    byServer.push('disconnect', 'error', 'end');
  const gone: EndCause[] = page?.goneAt !== undefined ? ['unload'] : [];
  switch (given?.outcome) {
    case 'error':
      // Readers fail, too, when their document goes: of a response that the server has ended well, only then.
      return isEnded && connection.ended === 'break' ? ['error'] : ['error', ...gone];
    case 'end':
    case 'abort':
    case 'cancel':
    case 'close':
      return [given.outcome];
    case 'disconnect':
      return isEnded ? [...byServer, ...gone] : [...byServer, 'disconnect', 'error', ...gone];
    case 'none':
      if (connection.client === 'worker') return [...byServer, 'abort', 'unload', 'close'];
      // Readers fail when their document goes, before the page hears of it.
      return isEventSource(connection) ? [...byServer, ...gone] : [...byServer, ...gone, 'error'];
    default:
      // The page was given nothing: it may have closed it before.
      return [...byServer, ...gone, 'close', 'abort', 'cancel', 'error', 'disconnect', 'end'];
  }
}
