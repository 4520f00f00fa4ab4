import { describe, expect, test } from 'vitest';
import { CHILD_FRAME, UNKNOWN_FRAME } from '../../src/background/keep/fits.ts';
import { matchNearly, matchRequest } from '../../src/background/keep/matchRequest.ts';
import { CLOCK_DRIFT, type Waiting } from '../../src/background/keep/waiting.ts';
import { transportOf } from '../../src/background/sources/http/streamRequest.ts';
import { formatOf } from '../../src/shared/formats/formatOf.ts';
import { headerOf } from '../../src/shared/session/headerOf.ts';
import type { Exchange, Header, Stream } from '../../src/shared/session/types.ts';
import type { HttpRequest } from '../../src/shared/store/schema.ts';

const URL = 'http://a.test/events';

const request = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  id: 'http-1',
  session: 's',
  tab: 1,
  method: 'GET',
  url: URL,
  startedAt: 1000,
  frameId: 0,
  worker: false,
  documentUrl: 'http://a.test/',
  transport: 'EventSource',
  lastEventId: '',
  headersKnown: true,
  stream: '',
  exchange: 0,
  held: [],
  ...more,
});

const waiting = (id: string, stream: Partial<Stream> = {}, exchange: Partial<Exchange> = {}): Waiting => ({
  stream: {
    id,
    session: 's',
    number: 1,
    transport: 'EventSource',
    method: 'GET',
    url: `${URL}#top`,
    documentUrl: 'http://a.test/',
    frameId: 0,
    ...stream,
  } as Stream,
  exchange: { number: 1, startedAt: 990, lastEventIdBefore: '', ...exchange } as Exchange,
  lastUrl: URL,
});

const match = (one: HttpRequest, list: Waiting[]) => {
  const found = matchRequest(one, list);
  return found && [found.waiting.stream.id, found.certain];
};

describe('whose a request is', () => {
  test('the first that waits, of those opened one after the other', () => {
    const list = [waiting('b', { number: 2 }, { startedAt: 995 }), waiting('a', {}, { startedAt: 990 })];
    expect(match(request(), list)).toEqual(['a', true]);
  });
  test.each<[string, Partial<HttpRequest>]>([
    ['another address', { url: 'http://a.test/other' }],
    ['another method', { method: 'POST' }],
    ['another frame', { frameId: 7 }],
    ['another session', { session: 't' }],
    ['an earlier time', { startedAt: 500 }],
  ])('not with %s', (_name, more) => {
    expect(match(request(more), [waiting('a')])).toBeUndefined();
  });
  test.each([
    [90, true],
    [250, true],
    [3_600_000, false],
  ])('clocks %i ms apart: only with a tolerance, and never for certain', (apart, within) => {
    const late = [waiting('a', {}, { startedAt: 1000 + apart })];
    expect(match(request(), late)).toBeUndefined();
    const near = matchNearly(request(), late, CLOCK_DRIFT);
    expect(near?.waiting.stream.id).toBe(within ? 'a' : undefined);
    expect(near?.certain ?? false).toBe(false);
    expect(matchNearly(request(), late, Infinity)?.waiting.stream.id).toBe('a');
  });
  test('not one that was answered long before', () => {
    expect(match(request({ startedAt: 2000 }), [waiting('a', {}, { respondedAt: 1050 })])).toBeUndefined();
  });
  test('a reconnection goes to where the redirect led, too', () => {
    const moved = { ...waiting('a', {}, { number: 2, respondedAt: 1100 }), lastUrl: 'http://a.test/moved' };
    expect(match(request({ url: 'http://a.test/moved' }), [moved])).toEqual(['a', true]);
  });
  test('a frame that the browser takes for its parent is found at the same time, not for certain', () => {
    const frame = waiting('a', { frameId: 11 }, { startedAt: 990 });
    expect(match(request(), [frame])).toBeUndefined();
    expect(matchNearly(request(), [frame], CLOCK_DRIFT)).toEqual({ waiting: frame, certain: false });
    expect(matchNearly(request(), [frame, waiting('b')], CLOCK_DRIFT)?.waiting.stream.id).toBe('b');
  });
  test('reconnections side by side are told apart by their ID', () => {
    const list = [
      waiting('a', {}, { number: 2, lastEventIdBefore: '5' }),
      waiting('b', {}, { number: 2, lastEventIdBefore: '9' }),
    ];
    expect(match(request({ lastEventId: '9' }), list)).toEqual(['b', true]);
  });
  test('and are not certain without', () => {
    const list = [waiting('a', {}, { number: 2 }), waiting('b', {}, { number: 2, startedAt: 991 })];
    // Another stream may have been opened that the page has not reported yet.
    expect(match(request(), list)).toBeUndefined();
    for (const { exchange } of list) exchange.respondedAt = 1100;
    expect(match(request(), list)).toEqual(['a', false]);
  });
  test('not with a stream that was closed while it waited, where another one has its response', () => {
    const closed = waiting('a', {}, { number: 2, endedAt: 1200 });
    const opened = waiting('b', { number: 2 }, { startedAt: 995, respondedAt: 1020 });
    const started = { type: 'ResponseStarted', at: 1015, status: 200 } as HttpRequest['held'][number];
    expect(match(request({ held: [started] }), [closed, opened])).toEqual(['b', true]);
    // Whoever has none may be either of the two.
    expect(match(request({ held: [] }), [closed, opened])).toEqual(['a', false]);
    expect(match(request({ held: [started] }), [closed])).toEqual(['a', true]);
  });
  test('of an unknown frame, the nearest document is asked first', () => {
    const list = [
      waiting('a', { documentUrl: 'http://a.test/frame', frameId: 3 }),
      waiting('b', { frameId: 0 }, { startedAt: 999 }),
    ];
    expect(match(request({ frameId: UNKNOWN_FRAME }), list)).toEqual(['b', true]);
  });
});

describe('a frame that speaks late', () => {
  test('takes the stream of its own document, where the debugger does not say which frame it is of', () => {
    const first = waiting('a', { documentUrl: 'http://a.test/one', frameId: 3 }, { startedAt: 1000 });
    const second = waiting('b', { documentUrl: 'http://a.test/two', frameId: 4 }, { startedAt: 1005 });
    const ofSecond = request({ frameId: CHILD_FRAME, documentUrl: 'http://a.test/two', startedAt: 1010 });
    expect(match(ofSecond, [first, second])).toEqual(['b', true]);
    expect(match(ofSecond, [first])).toBeUndefined();
  });
});

describe('which interface sends a request', () => {
  const accept: Header = ['Accept', 'text/event-stream'];
  test.each<[string, Header[], string]>([
    ['EventSource in Chromium', [accept, ['Cache-Control', 'no-cache']], 'EventSource'],
    ['EventSource in Chromium, which hides the cache mode', [accept], 'EventSource'],
    ['fetch in Chromium that asks for a cache mode', [accept, ['Cache-Control', 'max-age=0']], 'fetch'],
    ['EventSource in Firefox', [accept, ['Connection', 'keep-alive'], ['Referer', 'x']], 'EventSource'],
    ['its EventSource in a worker', [accept, ['Connection', 'keep-alive']], 'EventSource'],
    ['fetch in Firefox', [accept, ['Referer', 'x'], ['Connection', 'keep-alive']], 'fetch'],
    ['a script with headers', [accept, ['Cache-Control', 'no-cache'], ['Connection', 'keep-alive']], 'fetch'],
    ['something else', [['Accept', '*/*']], 'fetch'],
  ])('%s', (_name, headers, transport) => {
    expect(transportOf(headers)).toBe(transport);
  });
  test('names of headers have no case, types may have parameters', () => {
    expect(headerOf([['content-TYPE', 'x']], 'content-type')).toBe('x');
    expect(formatOf('Text/Event-Stream; charset=utf-8')).toBe('sse');
    expect(formatOf('text/html')).toBeUndefined();
  });
});
