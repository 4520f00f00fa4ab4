import { createColumnsBuilder, WINDOW } from '../../diagnosis/measures/columns.ts';
import { type Connection, hasTimes } from '../../diagnosis/measures/connection.ts';
import { groupLogically } from '../../diagnosis/measures/logical.ts';
import { createStreamFacts, type Neighbour } from '../../diagnosis/model/streamFacts.ts';
import type { ReadExchange, ReadSession } from '../../file/har/readSession.ts';
import { wholeSegments } from '../../file/har/wholeSegments.ts';
import { maskSegments } from '../../file/mask/maskSource.ts';
import { clockJumps } from '../../session/clockJumps.ts';
import { beganAt, endedAt, isOver } from '../../session/exchangeTimes.ts';
import type { Exchange, Stream } from '../../session/types.ts';
import { answerRows, callRows } from './answerRows.ts';
import { exchangeId, exchangeRow } from './exchangeRow.ts';
import { findingRows, gapRows } from './healthRows.ts';
import { createMeaningReader, type MeaningReader } from './meaning.ts';
import type { RecordingOptions } from './recordingOptions.ts';
import { createRecordRows } from './recordRows.ts';
import { type RecordingCounts, sessionRow, streamRow } from './sessionRow.ts';
import { placeOf, type StreamPlace } from './streamPlace.ts';
import type { TableRows } from './tableRows.ts';

/** Entries of all exchanges together that are looked at one by one: a recording of many has fewer of each. */
const MOST_LOOKED_AT = 2_000_000;

/** A stream while its exchanges are read. */
interface Work {
  stream: Stream;
  place: StreamPlace;
  connections: Connection[];
  meaning: MeaningReader | undefined;
  lastTime: number | undefined;
}

/**
 * The rows of a recording, added table by table as they are read. Memory holds what its streams are judged by, and the rows until
 * somebody takes them.
 *
 * @param grown - takes how many bytes of a stream have become rows
 * @returns what was counted
 */
export async function recordingRows(
  read: ReadSession,
  options: RecordingOptions,
  rows: TableRows,
  grown: (bytes: number) => void,
): Promise<RecordingCounts> {
  const works = new Map<string, Work>();
  for (const stream of read.streams) {
    const place = placeOf(stream, options.id, options.release);
    works.set(stream.id, { stream, place, connections: [], meaning: undefined, lastTime: undefined });
  }
  const window = Math.max(20, Math.min(WINDOW, Math.floor(MOST_LOOKED_AT / read.exchanges.length)));
  for (const one of read.exchanges) {
    const work = works.get(one.exchange.stream)!;
    const connection = await readConnection(one, work, window, options, rows, grown);
    work.connections.push(connection);
    const { entries, events, bytes } = connection.exchange;
    work.stream.entries += entries;
    work.stream.events += events;
    work.stream.bytes += bytes;
  }
  addHealth(read, [...works.values()], options, rows);
  addMeaning(read, [...works.values()], options, rows);
  const sum = (of: (stream: Stream) => number) => read.streams.reduce((all, one) => all + of(one), 0);
  const counts = {
    records: sum(({ entries }) => entries),
    events: sum(({ events }) => events),
    bytes: sum(({ bytes }) => bytes),
  };
  rows.sessions.add(sessionRow(read, options, counts));
  return counts;
}

async function readConnection(
  one: ReadExchange,
  work: Work,
  window: number,
  { masks, keepsData }: RecordingOptions,
  rows: TableRows,
  grown: (bytes: number) => void,
): Promise<Connection> {
  const { stream, place } = work;
  const { number } = one.exchange;
  work.meaning ??= createMeaningReader(stream, one.exchange);
  work.meaning.begin(one.exchange);
  const builder = createColumnsBuilder(window);
  const records = createRecordRows(
    rows.records,
    { place, exchange: exchangeId(place, number), number, before: stream.entries, timeBefore: work.lastTime },
    { keepsData },
  );
  let exchange = one.exchange;
  const segments = wholeSegments(one, (counted) => {
    exchange = counted;
  });
  for await (const segment of masks.length === 0 ? segments : maskSegments(segments, masks)) {
    builder.add(segment);
    await records.add(segment);
    await work.meaning.add(segment);
    grown(segment.bytes.length);
  }
  work.lastTime = records.lastTime;
  return { exchange, transport: stream.transport, columns: builder.columns() };
}

/** Streams, connections, gaps and findings. */
function addHealth(
  { session, streams, marks }: ReadSession,
  works: readonly Work[],
  { redactor, browser, keepsData }: RecordingOptions,
  rows: TableRows,
): void {
  const byId = new Map(works.map((work) => [work.stream.id, work]));
  const lastOf = (stream: string) => byId.get(stream)?.connections.at(-1)?.exchange;
  const neighbours: Neighbour[] = streams.map((stream) => ({ stream, last: lastOf(stream.id) }));
  const now = session.endedAt ?? session.startedAt;
  const opened = [...streams].sort((a, b) => a.openedAt - b.openedAt);
  const endOf = (stream: string) => {
    const last = byId.get(stream)?.connections.findLast(({ exchange }) => isOver(exchange));
    return last && endedAt(last.exchange);
  };
  const placeOfExchange = ({ stream }: Exchange) => byId.get(stream)!.place;
  const idOf = (exchange: Exchange) => exchangeId(placeOfExchange(exchange), exchange.number);
  for (const group of groupLogically(opened, endOf)) {
    const own = group.streams.map(({ id }) => byId.get(id)!);
    const connections = own
      .flatMap((work) => work.connections)
      .sort((a, b) => beganAt(a.exchange) - beganAt(b.exchange));
    const facts = createStreamFacts({ streams: group.streams, connections, marks, neighbours, browser, now });
    const logical = own[0]!.place;
    for (const { stream, place } of own) rows.streams.add(streamRow(stream, place, logical.stream, redactor));
    for (const connection of connections)
      rows.exchanges.add(exchangeRow(connection, placeOfExchange(connection.exchange), facts, redactor));
    for (const row of gapRows(facts, placeOfExchange, idOf, redactor)) rows.gaps.add(row);
    for (const row of findingRows(facts, logical, redactor, keepsData)) rows.findings.add(row);
  }
}

/** Answers and calls. */
function addMeaning(
  { marks }: ReadSession,
  works: readonly Work[],
  { keepsData }: RecordingOptions,
  rows: TableRows,
): void {
  const jumps = clockJumps(marks);
  for (const { meaning, place, connections } of works) {
    const [first] = connections;
    const said = meaning?.result();
    if (!said || !first) continue;
    const context = {
      place,
      began: beganAt(first.exchange),
      jumps,
      hasTimes: connections.every(hasTimes),
      keepsData,
    };
    for (const row of answerRows(said, context)) rows.answers.add(row);
    for (const row of callRows(said, context)) rows.calls.add(row);
  }
}
