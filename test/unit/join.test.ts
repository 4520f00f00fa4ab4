import { describe, expect, test } from 'vitest';
import { headerOf, isEventStream, transportOf } from '../../src/background/http/streamRequest.ts';
import { matchRequest, matchUnclaimed, UNKNOWN_FRAME, type Waiting } from '../../src/background/join.ts';
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
  test('not one that was answered long before', () => {
    expect(match(request({ startedAt: 2000 }), [waiting('a', {}, { respondedAt: 1050 })])).toBeUndefined();
  });
  test('a reconnection goes to where the redirect led, too', () => {
    const moved = { ...waiting('a', {}, { number: 2 }), lastUrl: 'http://a.test/moved' };
    expect(match(request({ url: 'http://a.test/moved' }), [moved])).toEqual(['a', true]);
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
    expect(match(request(), list)).toEqual(['a', false]);
  });
  test('of an unknown frame, the nearest document is asked first', () => {
    const list = [
      waiting('a', { documentUrl: 'http://a.test/frame', frameId: 3 }),
      waiting('b', { frameId: 0 }, { startedAt: 999 }),
    ];
    expect(match(request({ frameId: UNKNOWN_FRAME }), list)).toEqual(['b', true]);
  });
  test('a page that speaks late finds its stream, and only its own', () => {
    const { stream } = waiting('a', { openedAt: 1000, frameId: UNKNOWN_FRAME });
    const opened = { at: 1010, method: 'GET', url: URL, frameId: 0, late: false };
    expect(matchUnclaimed([stream], opened)).toBe(stream);
    expect(matchUnclaimed([stream], { ...opened, at: 3000 })).toBeUndefined();
    expect(matchUnclaimed([stream], { ...opened, late: true })).toBeUndefined();
  });
});

describe('which interface sends a request', () => {
  const accept: Header = ['Accept', 'text/event-stream'];
  test.each<[string, Header[], string]>([
    ['EventSource in Chromium', [accept, ['Cache-Control', 'no-cache']], 'EventSource'],
    ['fetch in Chromium', [accept], 'fetch'],
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
    expect(isEventStream('Text/Event-Stream; charset=utf-8')).toBe(true);
    expect(isEventStream('text/html')).toBe(false);
  });
});
