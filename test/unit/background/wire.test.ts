import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWallClock } from '../../../src/background/keep/wallClock.ts';
import { createChromeWire } from '../../../src/background/sources/debugger/chromeWire.ts';
import type { DebuggerApi } from '../../../src/background/sources/debugger/debuggerApi.ts';
import type { AttachedWire, ChromeWire } from '../../../src/background/sources/debugger/wireHost.ts';
import type { HttpFact } from '../../../src/shared/session/httpFacts.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { holdsLater } from '../../support/properties.ts';
import { EVENTS } from '../../support/recordedFacts.ts';

type Source = { tabId: number; sessionId?: string };
const TAB: Source = { tabId: 1 };
const WORKER: Source = { tabId: 1, sessionId: 'W' };
/** Later than every pause of the tap, ms. */
const LONG = 5000;

/** A debugger whose answers the test gives. */
function createDebugger(clock: FakeClock) {
  const listeners: ((source: Source, method: string, params?: object) => void)[] = [];
  const detached: ((source: { tabId: number }, reason: string) => void)[] = [];
  const commands: { source: Source; method: string; params: Record<string, unknown> }[] = [];
  const answers = new Map<string, () => Promise<unknown>>([
    ['Network.streamResourceContent', async () => ({ bufferedData: '' })],
  ]);
  let attachments = 0;
  let detachments = 0;
  const api: DebuggerApi = {
    attach: async () => void attachments++,
    detach: async () => void detachments++,
    async sendCommand(source, method, params = {}) {
      commands.push({ source: source as Source, method, params });
      return (await answers.get(method)?.()) ?? {};
    },
    onEvent: { addListener: (listener) => void listeners.push(listener as never) },
    onDetach: { addListener: (listener) => void detached.push(listener as never) },
  };
  const seconds = (): number => clock.monotonic() / 1000;
  const fire = (method: string, params: object, source = TAB): void => {
    for (const listener of listeners) listener(source, method, { timestamp: seconds(), ...params });
  };
  return {
    api,
    commands,
    answers,
    fire,
    attachments: () => attachments,
    detachments: () => detachments,
    detach(reason: string): void {
      for (const listener of detached) listener({ tabId: 1 }, reason);
    },
    began: (requestId: string, type: string, source = TAB) =>
      fire(
        'Network.requestWillBeSent',
        {
          requestId,
          type,
          wallTime: clock.wall() / 1000,
          documentURL: 'http://a.test/',
          request: { url: EVENTS, method: 'GET', headers: { Accept: 'text/event-stream' } },
        },
        source,
      ),
    responded: (requestId: string, type: string, mimeType: string, source = TAB) =>
      fire(
        'Network.responseReceived',
        { requestId, type, response: { url: EVENTS, status: 200, headers: {}, mimeType } },
        source,
      ),
    /** A piece of a body; with its bytes once the browser was asked for them. */
    received: (requestId: string, text: string, withData: boolean, source = TAB) =>
      fire(
        'Network.dataReceived',
        { requestId, dataLength: text.length, ...(withData ? { data: btoa(text) } : {}) },
        source,
      ),
  };
}

async function createTap(before: Record<string, AttachedWire> = {}, offset?: number) {
  const clock = new FakeClock();
  const browser = createDebugger(clock);
  const told: [request: string, fact: HttpFact][] = [];
  const asked: number[] = [];
  const reasons: string[] = [];
  const wire: ChromeWire = createChromeWire(
    {
      clockKnown: async () => {},
      shownDocument: async () => 'D',
      named: async () => {},
      isNamed: () => true,
      protocolOffset: () => offset,
      offsetKnown() {},
      async sessionOf(_tab, { at }) {
        asked.push(at);
        return 's';
      },
      sessionNow: () => 's',
      submit: (_session, request, fact) => void told.push([request, fact]),
      async attachedBefore() {
        asked.push(-1);
        return new Map(Object.entries(before));
      },
      takenOff() {},
      detached: (_tab, reason) => void reasons.push(reason),
    },
    browser.api,
    clock,
    createWallClock(clock),
  );
  const types = () => told.map(([, { type }]) => type);
  const text = (): string =>
    told.map(([, fact]) => (fact.type === 'WireBytes' ? new TextDecoder().decode(fact.bytes) : '')).join('');
  return { clock, browser, wire, told, asked, reasons, types, text };
}

describe('the wire tap of Chromium', () => {
  test('asks nobody about images and scripts, and forgets them', async () => {
    const { clock, browser, wire, told, asked } = await createTap();
    await wire.attach(1);
    const commands = browser.commands.length;
    for (let i = 0; i < 500; i++) {
      browser.began(`img${i}`, 'Image');
      browser.responded(`img${i}`, 'Image', 'image/png');
      browser.received(`img${i}`, 'x', false);
      browser.fire('Network.loadingFinished', { requestId: `img${i}` });
      browser.received(`img${i}`, 'x', false);
    }
    await clock.advance(LONG);
    expect({ told, asked, commands: browser.commands.length }).toEqual({ told: [], asked: [], commands });
  });

  test('forgets a fetch that is no stream when it is over', async () => {
    const { clock, browser, wire, told } = await createTap();
    await wire.attach(1);
    browser.fire('Network.requestWillBeSent', {
      requestId: '1',
      type: 'Fetch',
      wallTime: 1,
      request: { url: EVENTS, method: 'GET', headers: {} },
    });
    browser.responded('1', 'Fetch', 'application/json');
    browser.fire('Network.loadingFinished', { requestId: '1' });
    await clock.advance(LONG);
    expect(told).toEqual([]);
  });

  test('attaches once when it is asked twice at the same time, and again when it was taken off', async () => {
    const { browser, wire, reasons } = await createTap();
    await Promise.all([wire.attach(1), wire.attach(1)]);
    await wire.attach(1);
    expect(browser.attachments()).toBe(1);
    browser.detach('canceled_by_user');
    expect(reasons).toEqual(['canceled_by_user']);
    expect(wire.since(1)).toBe(0);
    await wire.attach(1);
    expect(browser.attachments()).toBe(2);
  });

  test('is off, and can be tried again, when the browser refuses', async () => {
    const { clock, browser, wire } = await createTap();
    browser.answers.set('Network.enable', async () => {
      throw new Error('no');
    });
    await expect(wire.attach(1)).rejects.toThrow('no');
    expect(wire.covers(1, clock.wall() + 1)).toBe(false);
    browser.answers.delete('Network.enable');
    await wire.attach(1);
    expect(wire.since(1)).toBeGreaterThan(0);
  });

  test('ends the streams of a worker that is terminated, and no others', async () => {
    const { clock, browser, wire, told } = await createTap();
    await wire.attach(1);
    for (const [id, source] of [
      ['1', WORKER],
      ['2', TAB],
    ] as const) {
      browser.began(id, 'EventSource', source);
      browser.responded(id, 'EventSource', 'text/event-stream', source);
    }
    await clock.advance(LONG);
    browser.fire('Target.detachedFromTarget', { sessionId: 'W' });
    await clock.advance(LONG);
    const ends = told.filter(([, { type }]) => type === 'RequestEnded');
    expect(ends).toEqual([['wire-1-W-1', expect.objectContaining({ aborted: true })]]);
    const count = told.length;
    browser.received('1', 'data: late\n\n', true, WORKER);
    browser.received('2', 'data: a\n\n', true);
    await clock.advance(LONG);
    expect(told.slice(count).map(([request]) => request)).toEqual(['wire-1--2']);
  });

  test('says that its streams are broken when it is taken off', async () => {
    const { clock, browser, wire, types } = await createTap();
    await wire.attach(1);
    browser.began('1', 'EventSource');
    browser.responded('1', 'EventSource', 'text/event-stream');
    await clock.advance(LONG);
    await wire.detach(1);
    await clock.idle();
    expect(types()).toEqual([
      'RequestStarted',
      'RequestSent',
      'WireAttached',
      'ResponseStarted',
      'WireBroken',
    ]);
  });

  test('reads what has come until then when recording stops', async () => {
    const { clock, browser, wire, types, text } = await createTap();
    await wire.attach(1);
    browser.began('1', 'EventSource');
    browser.responded('1', 'EventSource', 'text/event-stream');
    browser.received('1', 'data: a\n\n', true);
    await clock.advance(LONG);
    // The next piece is on its way: the page has been given it already.
    browser.answers.set('Network.streamResourceContent', async () => ({
      bufferedData: btoa('data: a\n\ndata: b\n\n'),
    }));
    await wire.close(1);
    browser.received('1', 'data: b\n\n', true);
    await clock.advance(LONG);
    expect(text()).toBe('data: a\n\ndata: b\n\n');
    expect(types().at(-1)).toBe('WireClosed');
    expect(wire.since(1)).toBe(0);
  });

  test('says that a stream is broken where the browser does not answer when recording stops', async () => {
    const { clock, browser, wire, types } = await createTap();
    await wire.attach(1);
    browser.began('1', 'EventSource');
    browser.responded('1', 'EventSource', 'text/event-stream');
    await clock.advance(LONG);
    browser.answers.set('Network.streamResourceContent', () => new Promise(() => {}));
    const closed = wire.close(1);
    await clock.advance(LONG);
    await closed;
    await clock.idle();
    expect(types().at(-1)).toBe('WireBroken');
  });

  test('asks for the bytes of an EventSource when it is sent, and needs no answer where every piece has its bytes', async () => {
    const { clock, browser, wire, types, text } = await createTap();
    await wire.attach(1);
    browser.answers.set('Network.streamResourceContent', () => new Promise(() => {}));
    browser.began('1', 'EventSource');
    expect(browser.commands.at(-1)).toMatchObject({
      method: 'Network.streamResourceContent',
      params: { requestId: '1' },
    });
    browser.responded('1', 'EventSource', 'text/event-stream');
    browser.received('1', 'data: a\n\n', true);
    browser.fire('Network.loadingFinished', { requestId: '1' });
    await clock.advance(LONG);
    expect(text()).toBe('data: a\n\n');
    expect(types().at(-1)).toBe('RequestEnded');
  });

  test('ends the stream of a worker that is terminated before the browser has answered', async () => {
    const { clock, browser, wire, types } = await createTap();
    await wire.attach(1);
    browser.answers.set('Network.streamResourceContent', () => new Promise(() => {}));
    browser.began('1', 'EventSource', WORKER);
    browser.responded('1', 'EventSource', 'text/event-stream', WORKER);
    browser.received('1', 'data: a\n\n', false, WORKER);
    await clock.idle();
    browser.fire('Target.detachedFromTarget', { sessionId: 'W' });
    await clock.advance(LONG);
    // The bytes of the piece went with the answer.
    expect(types().slice(-2)).toEqual(['WireBroken', 'RequestEnded']);
  });

  test('has each byte once where an earlier life of the background has asked for them, and the response comes to this one', async () => {
    const { clock, browser, wire, text } = await createTap();
    wire.resume([[1, 5]]);
    browser.answers.set('Network.streamResourceContent', async () => ({ bufferedData: btoa('data: a\n\n') }));
    browser.responded('1', 'EventSource', 'text/event-stream');
    browser.received('1', 'data: a\n\n', true);
    browser.received('1', 'data: b\n\n', true);
    await clock.advance(LONG);
    expect(text()).toBe('data: a\n\ndata: b\n\n');
  });

  test('has every byte once and in order, however the answer and the events pass each other', () =>
    holdsLater(
      'answers and events of the debugger',
      [
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', ':'), minLength: 1, maxLength: 4 }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.nat(8),
        fc.nat(8),
        fc.boolean(),
      ],
      async (pieces, first, second, over) => {
        const { clock, browser, wire, types, text } = await createTap();
        await wire.attach(1);
        // The browser answers after so many pieces, and the answer arrives after so many.
        const [answered, arrives] = [Math.min(first, second), Math.max(first, second)];
        let arrive!: (answer: object) => void;
        let fail!: (error: Error) => void;
        browser.answers.set(
          'Network.streamResourceContent',
          () =>
            new Promise((resolve, reject) => {
              arrive = resolve;
              fail = reject;
            }),
        );
        browser.answers.set('Network.getResponseBody', async () => ({
          body: btoa(pieces.join('')),
          base64Encoded: true,
        }));
        browser.began('1', 'EventSource');
        browser.responded('1', 'EventSource', 'text/event-stream');
        await clock.idle();
        for (const [i, piece] of pieces.entries()) {
          if (i === arrives) arrive({ bufferedData: btoa(pieces.slice(0, answered).join('')) });
          if (i === arrives && over) await clock.idle();
          browser.received('1', piece, i >= answered);
        }
        browser.fire('Network.loadingFinished', { requestId: '1' });
        if (arrives >= pieces.length) {
          if (answered >= pieces.length && over) fail(new Error('Request already finished'));
          else arrive({ bufferedData: btoa(pieces.slice(0, answered).join('')) });
        }
        await clock.advance(LONG);
        expect(text()).toBe(pieces.join(''));
        expect(types().at(-1)).toBe('RequestEnded');
        expect(types().filter((type) => type === 'RequestEnded')).toHaveLength(1);
      },
      1000,
    ));
});

describe('the wire tap after a restart of the background', () => {
  const STORED = 'data: a\n\n';
  const AWAY = 'data: b\n\n';
  const FRESH = 'data: c\n\n';

  test.each([
    ['before the answer, and in it', true],
    ['after the answer', false],
  ])('brings what came meanwhile once, with a piece that arrives %s', async (_, inAnswer) => {
    const { clock, browser, wire, types, text } = await createTap({
      'wire-1--1': { session: 's', bytes: STORED.length },
    });
    browser.answers.set('Network.streamResourceContent', async () => ({
      bufferedData: btoa(STORED + AWAY + (inAnswer ? FRESH : '')),
    }));
    wire.resume([[1, 5]]);
    browser.received('1', FRESH, true);
    await clock.advance(LONG);
    browser.received('1', FRESH, true);
    await clock.idle();
    expect(text()).toBe(AWAY + FRESH + FRESH);
    browser.fire('Network.loadingFinished', { requestId: '1' });
    await clock.idle();
    expect(types().at(-1)).toBe('RequestEnded');
  });

  test('has once what is in a whole body, though the browser does not hand over every piece of it', async () => {
    const { clock, browser, wire, text } = await createTap({
      'wire-1--1': { session: 's', bytes: STORED.length },
    });
    browser.answers.set('Network.streamResourceContent', () => Promise.reject(new Error('finished')));
    browser.answers.set('Network.getResponseBody', async () => ({
      body: btoa(STORED + AWAY + FRESH),
      base64Encoded: true,
    }));
    wire.resume([[1, 5]]);
    browser.received('1', AWAY, true);
    await clock.advance(LONG);
    expect(text()).toBe(AWAY + FRESH);
  });

  test('leaves out a piece that is handed over long after the answer that has it', async () => {
    const clockBefore = new FakeClock();
    const offset = clockBefore.wall() - clockBefore.monotonic();
    const { clock, browser, wire, text } = await createTap(
      { 'wire-1--1': { session: 's', bytes: STORED.length } },
      offset,
    );
    const timestamp = clock.monotonic() / 1000;
    await clock.advance(100);
    browser.answers.set('Network.streamResourceContent', async () => ({ bufferedData: btoa(STORED + AWAY) }));
    wire.resume([[1, 5]]);
    await clock.advance(LONG);
    const piece = { requestId: '1', dataLength: AWAY.length, data: btoa(AWAY) };
    browser.fire('Network.dataReceived', { ...piece, timestamp });
    browser.received('1', FRESH, true);
    await clock.idle();
    expect(text()).toBe(AWAY + FRESH);
  });

  test('knows the time of what it is told late, by what the life before has known', async () => {
    const clockBefore = new FakeClock();
    const offset = clockBefore.wall() - clockBefore.monotonic();
    const { clock, browser, wire, told } = await createTap({}, offset);
    wire.resume([[1, 5]]);
    const at = clock.wall();
    const timestamp = clock.monotonic() / 1000;
    await clock.advance(2000);
    browser.fire('Network.responseReceived', {
      timestamp,
      requestId: '1',
      type: 'EventSource',
      response: { url: EVENTS, status: 200, headers: {}, mimeType: 'text/event-stream' },
    });
    await clock.advance(LONG);
    expect(told[0]![1]).toMatchObject({ type: 'RequestStarted', at });
  });

  test('says what has ended while it was away, with its last bytes', async () => {
    const { clock, browser, wire, types, text } = await createTap({
      'wire-1-W-7.1': { session: 's', bytes: STORED.length },
    });
    browser.answers.set('Network.streamResourceContent', () =>
      Promise.reject(new Error('Request already finished')),
    );
    browser.answers.set('Network.getResponseBody', async () => ({
      body: btoa(STORED + AWAY),
      base64Encoded: true,
    }));
    wire.resume([[1, 5]]);
    await clock.advance(LONG);
    expect(text()).toBe(AWAY);
    expect(types()).toEqual(['WireBytes', 'RequestEnded']);
    const asked = browser.commands.find(({ method }) => method === 'Network.getResponseBody');
    expect(asked).toMatchObject({ source: WORKER, params: { requestId: '7.1' } });
  });

  test.each([
    ['knows nothing of it', undefined],
    ['holds less than was stored', btoa('data:')],
  ])('says that a stream is broken when the browser %s', async (_, body) => {
    const { clock, browser, wire, told } = await createTap({
      'wire-1--1': { session: 's', bytes: STORED.length },
    });
    browser.answers.set('Network.streamResourceContent', () => Promise.reject(new Error('no')));
    browser.answers.set('Network.getResponseBody', async () => {
      if (body === undefined) throw new Error('no');
      return { body, base64Encoded: true };
    });
    wire.resume([[1, 5]]);
    await clock.advance(LONG);
    expect(told).toEqual([['wire-1--1', expect.objectContaining({ type: 'WireBroken', gone: true })]]);
  });

  test('takes off what was left on a tab that is not known to be tapped, and hears nothing of it', async () => {
    const { clock, browser, wire, told } = await createTap();
    wire.resume([[1, 0]]);
    browser.began('1', 'EventSource');
    browser.responded('1', 'EventSource', 'text/event-stream');
    await clock.advance(LONG);
    expect(browser.detachments()).toBe(1);
    expect(told).toEqual([]);
  });

  test('keeps nothing of requests that it did not have before', async () => {
    const { clock, browser, wire, told, asked } = await createTap();
    wire.resume([[1, 5]]);
    for (let i = 0; i < 5; i++) browser.received(`img${i}`, 'x', false);
    await clock.advance(LONG);
    browser.received('img0', 'x', false);
    await clock.advance(LONG);
    // Once for the tab, not for each of them.
    expect({ told, asked }).toEqual({ told: [], asked: [-1] });
  });
});
