import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conditionOf } from '../../src/devtools/timeline/model/condition.ts';
import { LaneBuilder } from '../../src/devtools/timeline/model/LaneBuilder.ts';
import { columnsOf } from '../../src/shared/diagnosis/measures/columns.ts';
import { causeOf, type GapCause } from '../../src/shared/diagnosis/measures/gapCause.ts';
import { harEntry } from '../../src/shared/file/har/harFields.ts';
import { KEEP_ALL } from '../../src/shared/file/source/redact.ts';
import type { SessionSource } from '../../src/shared/file/source/sessionSource.ts';
import { formatOf } from '../../src/shared/formats/formatOf.ts';
import { outlineOf } from '../../src/shared/session/exchangeOutline.ts';
import { beganAt, endedAt, isOver, knownUntil } from '../../src/shared/session/exchangeTimes.ts';
import { type EndReason, outcomeOf } from '../../src/shared/session/outcome.ts';
import type { Exchange, HttpSide, Stream } from '../../src/shared/session/types.ts';
import { sayError } from '../../src/shared/text/sayError.ts';
import { sayOutcome } from '../../src/shared/text/sayOutcome.ts';
import { holds } from '../support/properties.ts';

const time = fc.integer({ min: 0, max: 1000 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const httpSide: fc.Arbitrary<HttpSide> = fc.record({
  request: fc.constant('r'),
  requestedAt: time,
  requestHeaders: fc.constant([]),
  redirects: fc.constant([]),
  protocol: fc.constant('h2'),
  remoteAddress: fc.constant(''),
  fromCache: fc.constant(false),
  completedAt: maybe(time),
  error: maybe(fc.constantFrom('', 'net::ERR_FAILED', 'NS_ERROR_NET_RESET')),
  aborted: maybe(fc.boolean()),
  certain: fc.constant(true),
}) as fc.Arbitrary<HttpSide>;

const ends = ['end', 'error', 'disconnect', 'close', 'abort', 'cancel', 'unload'] as const;

const anyExchange: fc.Arbitrary<Exchange> = fc
  .record({
    startedAt: time,
    respondedAt: maybe(time),
    firstAt: maybe(time),
    lastAt: maybe(time),
    endedAt: maybe(time),
    end: maybe(fc.constantFrom(...ends)),
    error: maybe(fc.constantFrom('', 'network error')),
    status: maybe(fc.constantFrom(0, 200, 204, 301, 503)),
    type: maybe(fc.constantFrom('text/event-stream', 'Text/Event-Stream; charset=utf-8', 'text/html', '')),
    http: maybe(httpSide),
  })
  .map(({ type, endedAt, ...facts }) => ({
    ...facts,
    id: 's/1/1',
    stream: 's/1',
    session: 's',
    number: 1,
    method: 'GET',
    url: 'http://host/events',
    // The page says when it ended with why.
    endedAt: facts.end === undefined ? undefined : (endedAt ?? 1000),
    headers: type === undefined ? undefined : [['Content-Type', type]],
    fidelity: 'bytes',
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: '',
  })) as unknown as fc.Arbitrary<Exchange>;

const stream = {
  id: 's/1',
  session: 's',
  number: 1,
  transport: 'EventSource',
  method: 'GET',
  url: 'http://host/events',
  state: 'ended',
  openedAt: 0,
  listeners: [],
} as unknown as Stream;

const source = { streams: [stream] } as unknown as SessionSource;
const harOf = (exchange: Exchange) => harEntry(source, exchange, KEEP_ALL);
const nothing = columnsOf([]);

/** What diagnosis may call an end, by what the outcome says of it. */
const CAUSES: Record<EndReason, readonly GapCause[]> = {
  status: ['status'],
  type: ['type'],
  page: ['page'],
  unload: ['unload'],
  network: ['network', 'unsent', 'offline'],
  failed: ['lost', 'network', 'unsent', 'offline'],
  lost: ['lost', 'offline'],
  end: ['end'],
};

function laneOf(exchange: Exchange) {
  const outline = outlineOf(exchange, undefined);
  const exchanges = [outline];
  const present = { stalls: [], threshold: undefined, jumps: [], now: 2000, live: true };
  return { outline, lane: new LaneBuilder().update({ streams: [stream], exchanges, ...present }) };
}

test('the panel, diagnosis and HAR say the same of how an exchange came out', () => {
  holds('outcome in all views', [anyExchange], (exchange) => {
    const outcome = outcomeOf(exchange);
    const { outline, lane } = laneOf(exchange);
    expect(outcomeOf(outline)).toEqual(outcome);

    const said = sayOutcome(outcome, exchange);
    expect(said !== '').toBe(outcome?.isFailed === true);
    const errors = lane.points.filter(({ kind }) => kind === 'error');
    expect(errors.map(({ detail }) => detail)).toEqual(said && isOver(exchange) ? [said] : []);
    expect(lane.errors).toBe(errors.length);
    if (said && lane.present.length === 0) expect(conditionOf(lane, outline, false, 2000).text).toBe(said);

    const { _error } = harOf(exchange).response as { _error?: string };
    expect(_error ?? '').toBe(outcome?.detail ?? '');

    for (const transport of ['EventSource', 'fetch'] as const) {
      if (!outcome || !isOver(exchange)) continue;
      expect(CAUSES[outcome.reason]).toContain(causeOf({ exchange, columns: nothing, transport }, []));
    }
  });
});

test('the panel and HAR say the same of when it began and ended', () => {
  holds('times in all views', [anyExchange], (exchange) => {
    const { outline, lane } = laneOf(exchange);
    expect([beganAt(outline), endedAt(outline)]).toEqual([beganAt(exchange), endedAt(exchange)]);
    const { startedDateTime, time } = harOf(exchange).head;
    expect(Date.parse(startedDateTime)).toBe(beganAt(exchange));
    expect(time).toBe(Math.max(0, knownUntil(exchange) - beganAt(exchange)));
    const over = lane.points.filter(({ kind }) => kind !== 'reconnect').map(({ at }) => at);
    expect(over).toEqual(isOver(exchange) ? [endedAt(exchange)] : []);
  });
});

test('who ends an exchange says when', () => {
  const http = { requestedAt: 1, completedAt: 5 } as HttpSide;
  expect(endedAt({ end: 'close', endedAt: 3, http })).toBe(3);
  expect(endedAt({ end: 'unload', endedAt: 3, http })).toBe(3);
  // A busy page hears of the end late.
  expect(endedAt({ end: 'disconnect', endedAt: 9, http })).toBe(5);
  expect(endedAt({ end: 'end', endedAt: 9 })).toBe(9);
  expect(endedAt({ end: 'close', http })).toBe(5);
  expect(endedAt({})).toBeUndefined();
});

test('an event stream is known by its media type alone', () => {
  for (const type of ['text/event-stream', ' TEXT/event-stream ;charset=utf-8', 'text/event-stream;']) {
    expect(formatOf(type)).toBe('sse');
  }
  for (const type of [undefined, '', 'text/event-streams', 'text/html', 'application/text/event-stream']) {
    expect(formatOf(type)).toBeUndefined();
  }
});

test('codes of the page tap have words; the words of a browser and of old recordings stay', () => {
  expect(sayError('wrongType:text/html; charset=utf-8')).toBe(
    'The response is text/html; charset=utf-8, not text/event-stream.',
  );
  expect(sayError('wrongType:')).toBe('The response is without a Content-Type, not text/event-stream.');
  expect(sayError('requestTimeout')).toBe('The request’s own timeout ran out.');
  for (const words of ['', 'net::ERR_FAILED', 'toString', 'network error', 'TypeError: Load failed']) {
    expect(sayError(words)).toBe(words);
  }
  expect(sayOutcome(outcomeOf({ end: 'error', endedAt: 1, error: 'requestTimeout' } as Exchange), {})).toBe(
    'The request’s own timeout ran out.',
  );
});
