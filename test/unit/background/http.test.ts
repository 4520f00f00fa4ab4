import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWallClock } from '../../../src/background/keep/wallClock.ts';
import { corsAllows } from '../../../src/background/sources/filter/corsAllows.ts';
import {
  createHttpLayer,
  type HttpHost,
  type RequestDetails,
} from '../../../src/background/sources/http/httpLayer.ts';
import type { HttpFact } from '../../../src/shared/session/httpFacts.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { holds } from '../../support/properties.ts';
import { EVENTS } from '../../support/recordedFacts.ts';
import { fakeWebRequest, streamHeaders } from '../../support/webRequest.ts';

const asksForStream = [{ name: 'Accept', value: 'text/event-stream' }];

function createLayer(host: Partial<HttpHost> = {}, filters = false) {
  const clock = new FakeClock();
  const browser = fakeWebRequest();
  const told: [session: string, request: string, type: HttpFact['type']][] = [];
  const facts: HttpFact[] = [];
  const tapped: [request: string, isStream: boolean][] = [];
  const endOfTap: (() => void)[] = [];
  const layer = createHttpLayer(
    { webRequest: browser.webRequest } as never,
    {
      sessionOf: async () => 's',
      sessionNow: () => 's',
      isElsewhere: () => false,
      submit(session, request, fact) {
        told.push([session, request, fact.type]);
        facts.push(fact);
      },
      returned: () => false,
      isKnown: async () => false,
      isEventSource: () => false,
      ...host,
    },
    createWallClock(clock),
    filters
      ? {
          tap(_session, request, isStream) {
            tapped.push([request, isStream]);
            return new Promise((resolve) => endOfTap.push(resolve));
          },
          release() {},
          aborted() {},
        }
      : undefined,
  );
  layer.listen();
  return { ...browser, clock, layer, told, facts, tapped, endOfTap };
}

describe('the HTTP layer', () => {
  test('leaves a request alone that the wire sees from its beginning, also when the clock was set back since', async () => {
    const since = 1_800_000_000_000;
    let isAttached = true;
    const isOnWire = ({ at }: RequestDetails): boolean => isAttached && at >= since;
    const { fire, clock, told, facts } = createLayer({
      sessionOf: async (details) => (isOnWire(details) ? undefined : 's'),
      isElsewhere: isOnWire,
    });
    fire('onBeforeRequest', { requestId: '1', timeStamp: since + 10 });
    fire('onBeforeRequest', { requestId: '2', timeStamp: since + 10 });
    await clock.idle();
    fire('onResponseStarted', { requestId: '1', responseHeaders: streamHeaders, timeStamp: since - 200 });
    await clock.idle();
    expect(told).toEqual([]);
    isAttached = false;
    fire('onResponseStarted', { requestId: '2', responseHeaders: streamHeaders, timeStamp: since + 500 });
    await clock.idle();
    expect(facts).toMatchObject([{ type: 'RequestStarted', late: true }, { type: 'ResponseStarted' }]);
  });

  test('reports a request that asks for an event stream, from its beginning', async () => {
    const { fire, clock, facts } = createLayer();
    fire('onBeforeRequest', { documentId: 'D' });
    fire('onSendHeaders', { requestHeaders: asksForStream });
    await clock.idle();
    fire('onBeforeRedirect', { redirectUrl: 'http://a.test/moved', statusCode: 307 });
    fire('onBeforeRequest', { url: 'http://a.test/moved' });
    fire('onResponseStarted', {
      url: 'http://a.test/moved',
      responseHeaders: streamHeaders,
      ip: '127.0.0.1',
    });
    await clock.idle();
    fire('onErrorOccurred', { error: 'net::ERR_ABORTED' });
    await clock.idle();
    expect(facts).toMatchObject([
      { type: 'RequestStarted', at: 1000, url: EVENTS, documentId: 'D', worker: false },
      { type: 'RequestSent', headers: [['Accept', 'text/event-stream']] },
      { type: 'Redirected', status: 307, to: 'http://a.test/moved' },
      { type: 'ResponseStarted', status: 200, protocol: 'HTTP/1.1', remoteAddress: '127.0.0.1' },
      { type: 'RequestEnded', error: 'net::ERR_ABORTED', aborted: true },
    ]);
  });

  test('reports a request that is answered by an event stream with all that it held back, and no other', async () => {
    const { fire, clock, told } = createLayer();
    for (const [requestId, type] of [
      ['1', 'text/event-stream; charset=utf-8'],
      ['2', 'text/html'],
    ] as const) {
      fire('onBeforeRequest', { requestId });
      fire('onSendHeaders', { requestId, requestHeaders: [{ name: 'Accept', value: '*/*' }] });
      fire('onResponseStarted', { requestId, responseHeaders: [{ name: 'content-type', value: type }] });
      fire('onCompleted', { requestId });
    }
    await clock.idle();
    expect(told.map(([, request, type]) => `${request} ${type}`)).toEqual([
      'http-1 RequestStarted',
      'http-1 RequestSent',
      'http-1 ResponseStarted',
      'http-1 RequestEnded',
    ]);
  });

  test('reports the end of a request that an earlier life of the background has recorded', async () => {
    const { fire, clock, told } = createLayer({
      returned: () => true,
      isKnown: async (request) => request === 'http-7',
    });
    fire('onCompleted');
    fire('onCompleted', { requestId: '8' });
    await clock.idle();
    expect(told).toEqual([['s', 'http-7', 'RequestEnded']]);
  });

  test('reports a stream that is answered after a restart, also when its beginning was heard by nobody', async () => {
    const { fire, clock, told } = createLayer({ returned: () => true });
    fire('onResponseStarted', { responseHeaders: streamHeaders });
    await clock.idle();
    expect(told.map(([, , type]) => type)).toEqual(['RequestStarted', 'ResponseStarted']);
  });

  test('asks again for the session once the page may be known', async () => {
    const sessions: RequestDetails[] = [];
    let page = 'former';
    const { fire, clock, told } = createLayer({
      sessionOf: async () => page,
      sessionNow(request) {
        sessions.push(request);
        return page;
      },
    });
    fire('onBeforeRequest', { documentId: 'D' });
    await clock.idle();
    page = 'current';
    fire('onSendHeaders', { requestHeaders: asksForStream });
    await clock.idle();
    expect(new Set(told.map(([session]) => session))).toEqual(new Set(['current']));
    expect(sessions).toMatchObject([{ documentId: 'D', parentDocumentId: '', tab: 1, at: 1000 }]);
  });

  test('leaves tabs alone that are not recorded, and forgets their requests', async () => {
    let asked = 0;
    const { fire, clock, told } = createLayer({
      async sessionOf() {
        asked++;
        return undefined;
      },
    });
    fire('onBeforeRequest');
    await clock.idle();
    fire('onSendHeaders', { requestHeaders: asksForStream });
    fire('onCompleted');
    await clock.idle();
    expect({ told, asked }).toEqual({ told: [], asked: 1 });
  });

  test('takes all its listeners away, once', () => {
    const { layer, listeners } = createLayer();
    layer.listen();
    expect(listeners()).toBe(6);
    layer.unlisten();
    layer.unlisten();
    expect(listeners()).toBe(0);
  });

  test('goes on with a request that came before it was known that its tab is recorded', async () => {
    let decide: (session: string) => void = () => {};
    const { fire, clock, told, layer } = createLayer({
      sessionOf: () => new Promise((resolve) => (decide = resolve)),
    });
    fire('onBeforeRequest');
    fire('onSendHeaders', { requestHeaders: asksForStream });
    // A background that starts finds no tab recorded; then DevTools speak.
    layer.unlisten();
    layer.listen();
    decide('s');
    await clock.idle();
    fire('onResponseStarted', { responseHeaders: streamHeaders });
    await clock.idle();
    expect(told.map(([, , type]) => type)).toEqual(['RequestStarted', 'RequestSent', 'ResponseStarted']);
  });

  test('says what happened in times that never go back', async () => {
    const { fire, clock, facts } = createLayer();
    clock.setWall(-3_600_000);
    fire('onBeforeRequest', { timeStamp: clock.wall() });
    fire('onSendHeaders', { requestHeaders: asksForStream });
    await clock.idle();
    expect(facts[0]).toMatchObject({ type: 'RequestStarted', at: clock.wall() + 3_600_000 });
  });
});

describe('the filter of Firefox', () => {
  const sends = [
    ...asksForStream,
    { name: 'Connection', value: 'keep-alive' },
    { name: 'Referer', value: 'x' },
  ];
  const answer = async (
    headers: { name: string; value: string }[],
    details: object = {},
    cookies = false,
  ) => {
    const layer = createLayer({}, true);
    layer.fire('onBeforeRequest', details);
    layer.fire('onSendHeaders', {
      ...details,
      requestHeaders: cookies ? [...sends, { name: 'Cookie', value: 'a=b' }] : sends,
    });
    await layer.clock.idle();
    await layer.fire('onHeadersReceived', { ...details, responseHeaders: headers });
    await layer.clock.idle();
    return layer;
  };
  const other = { url: 'http://b.test/events' };
  const allow = (value: string) => [...streamHeaders, { name: 'Access-Control-Allow-Origin', value }];

  test('taps the stream of an EventSource, and ends its request after its last bytes', async () => {
    const { tapped, fire, clock, told, endOfTap } = await answer(streamHeaders);
    expect(tapped).toEqual([['7', true]]);
    fire('onCompleted');
    await clock.idle();
    expect(told.at(-1)?.[2]).not.toBe('RequestEnded');
    endOfTap[0]!();
    await clock.idle();
    expect(told.at(-1)?.[2]).toBe('RequestEnded');
  });

  test.each<[string, { name: string; value: string }[], boolean, boolean]>([
    ['without permission', streamHeaders, false, false],
    ['for another origin', allow('http://c.test'), false, false],
    ['for everybody, with cookies', allow('*'), true, false],
    ['for everybody, without', allow('*'), false, true],
    ['for the page', allow('http://a.test'), false, true],
    ['for the page with cookies, though not with credentials', allow('http://a.test'), true, false],
  ])(
    'of a response from elsewhere %s: leaves alone what the browser fails',
    async (_, headers, cookies, taps) => {
      expect((await answer(headers, other, cookies)).tapped).toEqual(taps ? [['7', true]] : []);
    },
  );

  test('leaves alone what the browser fails because a redirect led elsewhere and back', async () => {
    const layer = createLayer({}, true);
    layer.fire('onBeforeRequest', other);
    layer.fire('onSendHeaders', { ...other, requestHeaders: sends });
    layer.fire('onBeforeRedirect', { ...other, redirectUrl: EVENTS, statusCode: 302 });
    layer.fire('onSendHeaders', { requestHeaders: sends });
    await layer.clock.idle();
    await layer.fire('onHeadersReceived', { responseHeaders: streamHeaders });
    expect(layer.tapped).toEqual([]);
  });

  test('no response passes that names another origin, whatever else it says', () =>
    holds(
      'CORS of other origins',
      [
        fc.constantFrom('http://a.test', 'null'),
        fc.constantFrom('', 'http://b.test', 'http://a.test.b.test', 'HTTP://A.TEST', 'http://a.test, *'),
        fc.constantFrom('', 'true', 'false'),
        fc.boolean(),
      ],
      (origin, allowOrigin, allowCredentials, withCredentials) => {
        const url = 'http://b.test/events';
        const request = { origin, url, crossed: false, withCredentials, allowOrigin, allowCredentials };
        expect(corsAllows(request)).toBe(false);
      },
      500,
    ));
});
