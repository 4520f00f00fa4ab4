import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnsOf } from '../../src/shared/diagnosis/measures/columns.ts';
import { causeOf } from '../../src/shared/diagnosis/measures/gapCause.ts';
import { type DifficultServer, startDifficultServer } from '../support/difficulties.ts';
import {
  type Driver,
  type Launch,
  startRecording,
  storeWhere,
  switchWireOn,
  useBrowser,
} from '../support/driver.ts';
import type { StoreDump } from '../support/store.ts';
import { waitFor } from '../support/waitFor.ts';

type Browser = Driver['name'];
type Kind = 'event' | 'comment' | 'retry' | 'problem' | 'incomplete';
const KINDS: Kind[] = ['event', 'comment', 'retry', 'problem', 'incomplete'];

interface Expected {
  status: number | undefined;
  cause?: string;
  /** Last-Event-ID as sent; '' for none. */
  sent?: string;
  text?: string;
  kinds?: Kind[];
  redirects?: [status: number, to: string][];
  open?: true;
}

interface Difficulty {
  name: string;
  url: string;
  /** Requests that the test waits for. */
  requests: (browser: Browser) => number;
  exchanges: (browser: Browser) => Expected[];
  /** Attempts without an end: only the first ones are looked at. */
  endless?: true;
}

const same =
  <T>(value: T) =>
  () =>
    value;

const DIFFICULTIES: Difficulty[] = [
  {
    name: 'comments as heartbeats',
    url: '/heartbeat',
    requests: same(1),
    exchanges: same([{ status: 200, open: true, kinds: ['event', ...Array(9).fill('comment')] as Kind[] }]),
  },
  ...[0, 100, 5000].map(
    (ms): Difficulty => ({
      name: `retry: ${ms}`,
      url: `/retry?ms=${ms}`,
      requests: same(4),
      exchanges: same([
        {
          status: 200,
          cause: 'end',
          sent: '',
          kinds: ['retry', 'event'],
          text: `retry: ${ms}\n\nid: 1\ndata: 1\n\n`,
        },
        { status: 200, cause: 'end', sent: '1', kinds: ['retry', 'event'] },
        { status: 200, cause: 'end', sent: '2', kinds: ['retry', 'event'] },
        { status: 204, cause: 'status', sent: '3', text: '' },
      ]),
    }),
  ),
  ...[204, 404, 500].map(
    (code): Difficulty => ({
      name: `status ${code}`,
      url: `/status?code=${code}`,
      requests: same(1),
      exchanges: same([{ status: code, cause: 'status', text: '' }]),
    }),
  ),
  {
    name: 'a wrong type',
    url: '/html',
    requests: same(1),
    exchanges: same([{ status: 200, cause: 'type', text: '' }]),
  },
  {
    name: 'another charset: Chromium refuses it, Firefox does not mind',
    url: '/charset',
    requests: same(1),
    exchanges: (browser) =>
      browser === 'chromium'
        ? [{ status: 200, cause: 'lost' }]
        : [{ status: 200, open: true, text: 'data: 1\n\n' }],
  },
  ...[302, 307].map(
    (code): Difficulty => ({
      name: `${code}, then a reconnect: Chromium goes to where it was sent, Firefox to where it was told`,
      url: `/redirect?code=${code}`,
      requests: (browser) => (browser === 'chromium' ? 3 : 4),
      exchanges: (browser) => {
        const redirects: [number, string][] = [[code, `/redirected?from=${code}`]];
        return [
          { status: 200, cause: 'end', redirects, sent: '' },
          { status: 200, open: true, redirects: browser === 'chromium' ? [] : redirects, sent: '1' },
        ];
      },
    }),
  ),
  {
    name: 'a connection that breaks in the middle of a block',
    url: '/reset',
    requests: same(2),
    exchanges: same([
      { status: 200, cause: 'network', kinds: ['retry', 'event', 'incomplete'] },
      { status: 200, open: true, sent: '1' },
    ]),
  },
  {
    name: 'a block with an ID only: it counts in Chromium, and does not in Firefox',
    url: '/id-only',
    requests: same(2),
    exchanges: (browser) => [
      { status: 200, cause: 'end', text: 'retry: 100\n\nid: 1\ndata: a\n\nid: 7\n\n' },
      { status: 200, open: true, sent: browser === 'chromium' ? '7' : '1' },
    ],
  },
  {
    name: 'types that nobody listens to',
    url: '/unheard',
    requests: same(1),
    exchanges: same([{ status: 200, open: true, kinds: ['event', 'event', 'event', 'event'] }]),
  },
  {
    name: 'letters of several bytes, over at once',
    url: '/letters',
    requests: same(1),
    endless: true,
    exchanges: same([{ status: 200, cause: 'end', text: 'retry: 60000\nid: ä\ndata: ü € 漢字 🎉 عربي\n\n' }]),
  },
  {
    name: 'compression',
    url: '/gzip',
    requests: same(2),
    endless: true,
    exchanges: same([{ status: 200, cause: 'end', text: `data: ${'compressed '.repeat(20)}\n\n` }]),
  },
];

/** The HTTP layer and the wire tap, in a real browser: what is recorded is what the server did. */
export function wireTests(launch: Launch): void {
  let server: DifficultServer;
  beforeAll(async () => {
    server = await startDifficultServer();
  });
  afterAll(() => server.close());

  function exchangesOf(store: StoreDump, part: string): StoreDump['exchanges'] {
    const streams = store.streams.filter(({ url }) => url.includes(part)).map(({ id }) => id);
    return store.exchanges
      .filter(({ stream }) => streams.includes(stream))
      .sort((a, b) => a.startedAt - b.startedAt || a.number - b.number);
  }

  function seen(exchange: StoreDump['exchanges'][number], wanted: Expected): Expected {
    const { http, status, text, kinds } = exchange;
    const over = exchange.endedAt !== undefined;
    const found: Expected = { status };
    if (wanted.open) {
      if (!over) found.open = true;
    }
    if (wanted.cause !== undefined) {
      const none = columnsOf([]);
      const columns = { ...none, all: { ...none.all, bytes: exchange.bytes } };
      found.cause = causeOf({ exchange, transport: 'EventSource', columns }, []);
    }
    if (wanted.sent !== undefined) {
      found.sent = http?.requestHeaders.find(([name]) => name.toLowerCase() === 'last-event-id')?.[1] ?? '';
    }
    if (wanted.text !== undefined) found.text = text;
    if (wanted.kinds) found.kinds = kinds.map((kind) => KINDS[kind]!);
    if (wanted.redirects) {
      found.redirects = (http?.redirects ?? []).map(({ status, to }) => [status, to.replace(server.url, '')]);
    }
    return found;
  }

  describe('every difficulty', () => {
    const browser = useBrowser(launch);
    beforeAll(async () => {
      await browser.driver.page.goto(`${server.url}/page`);
      await switchWireOn(browser.driver, await startRecording(browser.driver));
    });

    test.each(DIFFICULTIES)('$name', async ({ url, requests, exchanges, endless }) => {
      const { driver } = browser;
      await driver.page.evaluate((url) => {
        const es = new EventSource(url);
        es.addEventListener('tick', () => {});
        es.onmessage = () => {};
        Object.assign(globalThis, { es });
      }, url);
      const wanted = exchanges(driver.name);
      const path = url.split('?')[0]!;
      const store = await storeWhere(driver, 'the exchanges', (store) => {
        const found = exchangesOf(store, url);
        if (found.length < wanted.length) return false;
        return wanted.every((one, i) => {
          const exchange = found[i]!;
          if (one.kinds && exchange.kinds.length < one.kinds.length) return false;
          if (exchange.status === undefined) return false;
          return one.open || (exchange.endedAt !== undefined && exchange.http?.completedAt !== undefined);
        });
      });
      await driver.page.evaluate(() => (globalThis as unknown as { es: EventSource }).es.close());
      const found = exchangesOf(store, url);
      if (!endless) {
        // One exchange for each request, and no stream beside the page's own.
        expect(found).toHaveLength(wanted.length);
        const end = `/redirected?from=${url.split('code=')[1]}`;
        const own = server.served.filter(
          (one) => one.url === url || (path === '/redirect' && one.url === end),
        );
        expect(own).toHaveLength(requests(driver.name));
      }
      expect(found.slice(0, wanted.length).map((exchange, i) => seen(exchange, wanted[i]!))).toEqual(wanted);
      expect(found.every(({ http }) => http === undefined || http.certain)).toBe(true);
    });

    test('what came instead of a stream, where the browser has kept it', async () => {
      const { driver } = browser;
      // Firefox drops the response, mostly before a byte of it is to be had.
      if (driver.name === 'firefox') return;
      // Chromium drops it too: in about a third of all cases there is nothing left to ask for.
      let opened = 0;
      const evidence = await waitFor('a page in the place of a stream', async () => {
        const url = `/html?instead=${++opened};`;
        await driver.page.evaluate((url) => void new EventSource(url), url);
        const ended = await storeWhere(driver, 'its end', (store) =>
          exchangesOf(store, url).some(({ http }) => http?.completedAt !== undefined),
        );
        return exchangesOf(ended, url)[0]!.http!.evidence;
      });
      expect(evidence).toBe('<h1>Log in</h1>');
    });

    test('a server that is not there: Chromium tries again and again, Firefox gives up', async () => {
      const { driver } = browser;
      const gone = await startDifficultServer();
      await gone.close();
      await driver.page.evaluate((url) => {
        Object.assign(globalThis, { es: new EventSource(url) });
      }, `${gone.url}/gone`);
      const least = driver.name === 'chromium' ? 2 : 1;
      const store = await storeWhere(
        driver,
        'failed attempts',
        (store) => exchangesOf(store, '/gone').filter(({ http }) => http?.error).length >= least,
      );
      await driver.page.evaluate(() => (globalThis as unknown as { es: EventSource }).es.close());
      const stream = store.streams.find(({ url }) => url.includes('/gone'))!;
      expect(exchangesOf(store, '/gone')[0]!.http!.error).toMatch(/CONNECTION_REFUSED/);
      expect(stream.state === 'ended').toBe(driver.name === 'firefox');
    });

    test('a name that does not exist', async () => {
      const { driver } = browser;
      await driver.page.evaluate(() => {
        Object.assign(globalThis, { es: new EventSource('http://no-such-host.invalid/events') });
      });
      const store = await storeWhere(driver, 'the failure', (store) =>
        exchangesOf(store, 'no-such-host').some(({ http }) => http?.error),
      );
      await driver.page.evaluate(() => (globalThis as unknown as { es: EventSource }).es.close());
      expect(exchangesOf(store, 'no-such-host')[0]!.http!.error).toMatch(
        /NAME_NOT_RESOLVED|UNKNOWN_HOST|PROXY|INTERNET_DISCONNECTED/,
      );
    });

    test('streams side by side to one address keep apart, and each has its own bytes', async () => {
      const { driver } = browser;
      await driver.page.evaluate(() => {
        const all = [1, 2, 3].map(() => new EventSource('/open?n=beside'));
        Object.assign(globalThis, { all });
      });
      const store = await storeWhere(
        driver,
        'three streams',
        (store) => exchangesOf(store, 'beside').filter(({ events }) => events === 1).length === 3,
      );
      await driver.page.evaluate(() => {
        for (const es of (globalThis as unknown as { all: EventSource[] }).all) es.close();
      });
      const found = exchangesOf(store, 'beside');
      expect(found).toHaveLength(3);
      expect(new Set(found.map(({ http }) => http!.request)).size).toBe(3);
    });

    test('the seventh stream to an HTTP/1.1 host waits without a request', async () => {
      const { driver } = browser;
      await driver.page.evaluate(() => {
        const all = [1, 2, 3, 4, 5, 6, 7].map((n) => new EventSource(`/open?n=six${n}`));
        Object.assign(globalThis, { all });
      });
      const store = await storeWhere(
        driver,
        'six open streams',
        (store) =>
          exchangesOf(store, 'n=six').filter(({ events }) => events === 1).length === 6 &&
          exchangesOf(store, 'n=six').length === 7,
      );
      await driver.page.evaluate(() => {
        for (const es of (globalThis as unknown as { all: EventSource[] }).all) es.close();
      });
      const seventh = store.streams.find(({ url }) => url.includes('six7'))!;
      expect(seventh).toMatchObject({ state: 'connecting', events: 0 });
    });

    test('50,000 events are the bytes that the server sent', async () => {
      const { driver } = browser;
      await driver.page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const es = new EventSource('/burst');
            let n = 0;
            es.addEventListener('tick', () => {
              if (++n === 50_000) {
                es.close();
                resolve();
              }
            });
          }),
      );
      const { sent } = server.served.find(({ url }) => url === '/burst')!;
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(sent)));
      const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      const store = await storeWhere(driver, 'the whole burst', (store) =>
        exchangesOf(store, '/burst').some(({ events, wire }) => events === 50_000 && wire === 'ended'),
      );
      expect(exchangesOf(store, '/burst')).toMatchObject([{ sha256, wire: 'ended', fidelity: 'bytes' }]);
    });

    test('a dedicated worker’s stream', async () => {
      const { driver } = browser;
      await driver.page.evaluate(
        () =>
          new Promise((resolve) => {
            const worker = new Worker('/worker.js');
            worker.onmessage = resolve;
            worker.postMessage('/open?n=dedicated');
            Object.assign(globalThis, { worker });
          }),
      );
      const store = await storeWhere(driver, 'the event of the worker', (store) =>
        exchangesOf(store, 'n=dedicated').some(({ events }) => events === 1),
      );
      expect(exchangesOf(store, 'n=dedicated')).toMatchObject([
        { status: 200, text: 'id: 1\ndata: dedicated\n\n' },
      ]);
      expect(store.streams.find(({ url }) => url.includes('n=dedicated'))).toMatchObject({
        frame: 'worker',
        transport: 'EventSource',
      });
      await driver.page.evaluate(() => (globalThis as unknown as { worker: Worker }).worker.terminate());
      const after = await storeWhere(driver, 'the end of the worker', (store) =>
        exchangesOf(store, 'n=dedicated').every(({ endedAt }) => endedAt !== undefined),
      );
      expect(exchangesOf(after, 'n=dedicated')).toMatchObject([{ end: 'abort', wire: 'ended' }]);
    });

    test.each(['shared', 'service'] as const)(
      'a %s worker’s stream: of a shared one, Chromium shows only that it is there',
      async (kind) => {
        const { driver } = browser;
        const url = `/open?n=${kind}`;
        await driver.page.evaluate(
          async (kind, url) => {
            if (kind === 'shared') {
              const { port } = new SharedWorker('/worker.js');
              await new Promise((resolve) => {
                port.onmessage = resolve;
                port.postMessage(url);
              });
              return;
            }
            await navigator.serviceWorker.register('/worker.js');
            const { active } = await navigator.serviceWorker.ready;
            await new Promise((resolve) => {
              navigator.serviceWorker.onmessage = resolve;
              active!.postMessage(url);
            });
          },
          kind,
          url,
        );
        const seen = await storeWhere(driver, 'the stream of the worker', (store) =>
          exchangesOf(store, url).some(
            ({ status, text }) =>
              status === 200 && (text !== '' || (driver.name === 'chromium' && kind === 'shared')),
          ),
        );
        expect(seen.streams.filter((one) => one.url.includes(url))).toMatchObject([{ frame: 'worker' }]);
        expect(exchangesOf(seen, url)).toMatchObject([
          {
            status: 200,
            text: driver.name === 'chromium' && kind === 'shared' ? '' : `id: 1\ndata: ${kind}\n\n`,
          },
        ]);
        await driver.page.evaluate(async () => {
          for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
        });
      },
    );

    test('a page that opens its stream while it loads: each visit is a session of its own, with its own bytes', async () => {
      const { driver } = browser;
      for (const visit of [1, 2, 3]) {
        const url = `/long?n=2&every=5&visit=${visit}`;
        await driver.page.goto(`${server.url}/page?open=${encodeURIComponent(url)}`);
        // On a busy machine the page may speak first: the wire's bytes then take the place of what it said.
        const store = await storeWhere(driver, 'the whole stream', (store) =>
          exchangesOf(store, `visit=${visit}`).some(
            ({ text, wire }) => text.includes('last') && wire === 'live',
          ),
        );
        const { sent } = server.served.find((one) => one.url === url)!;
        const [exchange, ...others] = exchangesOf(store, `visit=${visit}`);
        expect(others).toEqual([]);
        expect(exchange).toMatchObject({ text: sent, wire: 'live', status: 200 });
        const stream = store.streams.find(({ id }) => id === exchange!.stream)!;
        expect(stream).toMatchObject({ frame: 'top', listeners: ['tick'] });
        expect(store.streams.filter(({ session }) => session === stream.session)).toHaveLength(1);
      }
    });

    test('the wire switched off in the middle: the page’s own events go on from there', async () => {
      const { driver } = browser;
      if (driver.name === 'firefox') return;
      const panel = await driver.panelPage();
      await switchWireOn(driver, panel);
      await driver.page.evaluate(() => {
        const es = new EventSource('/long?n=100&every=20&off');
        es.addEventListener('tick', () => {});
        Object.assign(globalThis, { es });
      });
      await storeWhere(driver, 'some events', (store) =>
        exchangesOf(store, '&off').some(({ events }) => events > 20),
      );
      await panel.evaluate(() => document.querySelector<HTMLElement>('[data-action=wire]')!.click());
      const store = await storeWhere(driver, 'the last event', (store) =>
        exchangesOf(store, '&off').some(({ text }) => text.includes('data: last')),
      );
      await driver.page.evaluate(() => (globalThis as unknown as { es: EventSource }).es.close());
      const [exchange] = exchangesOf(store, '&off');
      expect(exchange!.text.match(/data: .*/g)?.map((line) => line.slice(6))).toEqual([
        ...Array.from({ length: 100 }, (_, i) => String(i + 1)),
        'last',
      ]);
      expect(exchange).toMatchObject({ wire: 'broken' });
      // It goes on as it was for the tests that follow.
      await switchWireOn(driver, panel);
    });

    test('background killed every 300 ms: nothing is lost, nothing comes twice', async () => {
      const { driver } = browser;
      await driver.page.evaluate(() => {
        const es = new EventSource('/long?n=120&every=20');
        es.addEventListener('tick', () => {});
        Object.assign(globalThis, { es });
      });
      for (let i = 0; i < 6; i++) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await driver.stopBackground();
      }
      const events = (store: StoreDump) =>
        exchangesOf(store, '/long?n=120')[0]
          ?.text.match(/data: .*/g)
          ?.map((line) => line.slice(6)) ?? [];
      const store = await storeWhere(driver, 'the last event', (store) => events(store).includes('last'));
      await driver.page.evaluate(() => (globalThis as unknown as { es: EventSource }).es.close());
      expect(events(store)).toEqual([...Array.from({ length: 120 }, (_, i) => String(i + 1)), 'last']);
      expect(exchangesOf(store, '/long?n=120')).toHaveLength(1);
      // Chromium's debugger stays attached, and gives what came meanwhile; Firefox's filter is gone for good.
      if (driver.name === 'chromium') {
        const { sent } = server.served.find(({ url }) => url.startsWith('/long?n=120'))!;
        expect(exchangesOf(store, '/long?n=120')[0]!.text).toBe(sent);
      }
    });
  });

  describe('over HTTP/2 with TLS', () => {
    const browser = useBrowser(launch, { anyCertificate: true });
    test('protocol, headers and bytes', async () => {
      const { driver } = browser;
      const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
      const secure = await startDifficultServer({ key, cert });
      try {
        await driver.page.goto(`${secure.url}/page`);
        await switchWireOn(driver, await startRecording(driver));
        await driver.page.evaluate(() => {
          Object.assign(globalThis, { es: new EventSource('/open?n=h2') });
        });
        // Bytes and head are told by different parts of the browser.
        const store = await storeWhere(driver, 'head and event', (store) => {
          const found = exchangesOf(store, 'n=h2');
          return found.length > 0 && found.every(({ events, status }) => events === 1 && status);
        });
        const [exchange, ...others] = exchangesOf(store, 'n=h2');
        expect(others).toEqual([]);
        expect(exchange).toMatchObject({ status: 200, wire: 'live', text: 'id: 1\ndata: h2\n\n' });
        expect(exchange!.http!.protocol).toMatch(/^HTTP\/2/);
        expect(exchange!.headers).toContainEqual(['content-type', 'text/event-stream']);
        await driver.page.evaluate(() => (globalThis as unknown as { es: EventSource }).es.close());
      } finally {
        await secure.close();
      }
    });
  });
}
