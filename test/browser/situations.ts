import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { type Driver, type Launch, startRecording, storeWhere, useBrowser } from '../support/driver.ts';
import type { StoreDump } from '../support/store.ts';
import { numberedEvents, startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

let server: TestServer;

const page = (html = '') => `${server.url}/page?html=${encodeURIComponent(html)}`;
const exchangesOf = (store: StoreDump, part: string) =>
  store.exchanges.filter((one) => one.url.includes(part));
const endedCount = (store: StoreDump, part: string) =>
  store.streams.filter((one) => one.url.includes(part) && one.state === 'ended').length;

/** What documents do that pulls the ground from under a content script. */
export function situationTests(launch: Launch): void {
  beforeAll(async () => {
    const tap = await bundle('src/content/page/main.ts');
    server = await startTestServer({
      '/tap.js': { type: 'text/javascript', body: tap },
      '/without': {
        type: 'text/html',
        body: `<!doctype html><script>
          var errors = [];
          addEventListener('error', (event) => errors.push(event.message));
          var before = [fetch, XMLHttpRequest.prototype.open];
          delete window.EventSource;
        </script><script src="/tap.js"></script>`,
      },
    });
  });
  afterAll(() => server.close());

  const browser = useBrowser(launch, { backForwardCache: true });

  async function recorded(html?: string): Promise<Driver> {
    const { driver } = browser;
    await driver.page.goto(page(html));
    await startRecording(driver);
    return driver;
  }

  describe('document.open()', () => {
    test('in the main document: what is open goes on being recorded, and what comes later is', async () => {
      const driver = await recorded();
      await driver.page.evaluate(async () => {
        await new Promise<void>((resolve) => {
          const es = new EventSource('/paced?n=30&every=30&opened=before');
          es.addEventListener('tick', (event) => {
            const { data } = event as MessageEvent;
            if (data === '9') {
              document.open();
              document.write('<!doctype html><title>Written</title><p>written');
              document.close();
            }
            if (data !== '30') return;
            es.close();
            resolve();
          });
        });
        await (await fetch('/events?n=4&opened=after')).text();
        await new Promise<void>((resolve) => {
          const es = new EventSource('/open?n=5&opened=after');
          es.addEventListener('tick', (event) => {
            if ((event as MessageEvent).data !== '5') return;
            es.close();
            resolve();
          });
        });
        return true;
      });
      const store = await storeWhere(driver, 'three streams', (s) => endedCount(s, 'opened=') === 3);
      expect(exchangesOf(store, 'opened=before')[0]).toMatchObject({ text: numberedEvents(30), events: 30 });
      const after = exchangesOf(store, 'opened=after');
      expect(after.map(({ text }) => text).sort()).toEqual([numberedEvents(4), numberedEvents(5)].sort());
    });

    test('its marks still come', async () => {
      const { driver } = browser;
      await driver.page.evaluate(async () => {
        await (await fetch('/events?n=1&marks')).text();
        return true;
      });
      await storeWhere(driver, 'the stream', (s) => endedCount(s, '&marks') === 1);
      await driver.page.evaluate(() => dispatchEvent(new Event('offline')));
      await storeWhere(driver, 'the mark', ({ marks }) => marks.some(({ kind }) => kind === 'offline'));
    });

    test('in a frame that a page writes, at once or later', async () => {
      const driver = await recorded('<div id=frames></div>');
      await driver.page.evaluate(async () => {
        const html = (name: string) => `<!doctype html><p>written<script>
          const es = new EventSource('/open?n=10&written=${name}');
          es.addEventListener('tick', (event) => {
            if (event.data !== '10') return;
            es.close();
            parent.postMessage('${name}', '*');
          });
        </script>`;
        for (const name of ['at-once', 'later']) {
          const frame = document.createElement('iframe');
          document.querySelector('#frames')!.append(frame);
          if (name === 'later') await new Promise((resolve) => setTimeout(resolve, 50));
          const done = new Promise<void>((resolve) => {
            addEventListener('message', ({ data }) => data === name && resolve());
          });
          const written = frame.contentDocument!;
          written.open();
          written.write(html(name));
          written.close();
          await done;
        }
        return true;
      });
      const store = await storeWhere(driver, 'both frames', (s) => endedCount(s, 'written=') === 2);
      for (const exchange of exchangesOf(store, 'written=')) {
        expect(exchange).toMatchObject({ text: numberedEvents(10), events: 10 });
      }
    });
  });

  test('a page whose Object.prototype has the names of options is recorded', async () => {
    const driver = await recorded();
    await driver.page.evaluate(async () => {
      const prototype = Object.prototype as Record<string, unknown>;
      const names = [
        'source',
        'ports',
        'bubbles',
        'relatedTarget',
        'get',
        'set',
        'value',
        'apply',
        'timeout',
      ];
      for (const name of names) prototype[name] = 'x';
      const response = await fetch('/events?n=3&polluted');
      await response.text();
      for (const name of names) delete prototype[name];
      return true;
    });
    const store = await storeWhere(driver, 'the stream', (s) => endedCount(s, '&polluted') === 1);
    expect(exchangesOf(store, '&polluted')[0]).toMatchObject({ text: numberedEvents(3), events: 3 });
  });

  test('whole bodies of responses whose body the page has looked at are recorded', async () => {
    const driver = await recorded();
    await driver.page.evaluate(async () => {
      for (const how of ['text', 'json', 'arrayBuffer', 'blob', 'bytes'] as const) {
        const response = await fetch(`/events?n=3&shown=${how}`);
        if (response.body) await (response[how]() as Promise<unknown>).catch(() => {});
      }
      return true;
    });
    const store = await storeWhere(driver, 'five streams', (s) => endedCount(s, 'shown=') === 5);
    for (const one of exchangesOf(store, 'shown=')) expect(one).toMatchObject({ text: numberedEvents(3) });
  });

  test('a document without EventSource gets the other taps, and no error', async () => {
    const { driver } = browser;
    await driver.page.goto(`${server.url}/without`);
    const seen = await driver.page.evaluate(() => {
      const { before, errors } = globalThis as unknown as { before: unknown[]; errors: string[] };
      return { errors, same: [fetch === before[0], XMLHttpRequest.prototype.open === before[1]] };
    });
    expect(seen).toEqual({ errors: [], same: [false, false] });
  });

  test('a page that keeps its thread busy is recorded while it does', async () => {
    const driver = await recorded();
    await driver.page.evaluate(async () => {
      await (await fetch('/events?n=1&idle')).text();
      return true;
    });
    await storeWhere(driver, 'an idle stream', (s) => endedCount(s, '&idle') === 1);
    // Each event keeps the page busy for longer than the next one takes to come: no task of anybody else finds its place.
    await driver.page.evaluate(() => {
      setTimeout(() => {
        const es = new EventSource('/paced?n=1000&every=50&busy');
        es.addEventListener('tick', (event) => {
          for (const until = performance.now() + 110; performance.now() < until; );
          if ((event as MessageEvent).data === '80') es.close();
        });
      });
      return true;
    });
    const first = await storeWhere(driver, 'the first events', ({ streams }) =>
      streams.some(({ url, events }) => url.endsWith('&busy') && events > 0),
    );
    const busy = first.streams.filter(({ url }) => url.endsWith('&busy'));
    expect(busy).toMatchObject([{ transport: 'EventSource' }]);
    expect(busy[0]!.state).not.toBe('ended');
    const store = await storeWhere(driver, 'the end of the stream', (s) => endedCount(s, '&busy') === 1);
    expect(exchangesOf(store, '&busy')[0]!.text).toContain(numberedEvents(80));
  });

  test('a document that comes back from the cache of the browser is recorded again', async () => {
    const driver = await recorded();
    await driver.page.evaluate(async () => {
      await (await fetch('/events?n=2&visit=first')).text();
      addEventListener('pageshow', (event) => {
        (globalThis as unknown as { back: boolean }).back = event.persisted;
      });
      return true;
    });
    await storeWhere(driver, 'the first visit', (s) => endedCount(s, 'visit=first') === 1);
    await driver.page.goto(page('<p>elsewhere'));
    await driver.page.evaluate(async () => {
      await (await fetch('/events?n=2&visit=elsewhere')).text();
      setTimeout(() => history.back());
      return true;
    });
    await waitFor('the document to be back', () =>
      driver.page.evaluate(() => (globalThis as unknown as { back: boolean }).back === true),
    );
    await driver.page.evaluate(async () => {
      await (await fetch('/events?n=7&visit=again')).text();
      return true;
    });
    const store = await storeWhere(driver, 'the visit after', (s) => endedCount(s, 'visit=again') === 1);
    expect(exchangesOf(store, 'visit=again')[0]).toMatchObject({ text: numberedEvents(7), events: 7 });
    // It is of the session that is being recorded now.
    const [stream] = store.streams.filter((one) => one.url.includes('visit=again'));
    expect(store.sessions.find(({ id }) => id === stream!.session)?.endedAt).toBeUndefined();
  });
}
