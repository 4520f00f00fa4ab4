import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Launch, startRecording, storeWhere, useBrowser } from '../support/driver.ts';
import type { StoreDump } from '../support/store.ts';
import { numberedEvents, sha256, startTestServer, type TestServer } from '../support/testServer.ts';

let server: TestServer;
/** Of another origin than the pages. */
let foreign: TestServer;

const page = (html = '', title = 'Test') =>
  `${server.url}/page?title=${encodeURIComponent(title)}&html=${encodeURIComponent(html)}`;

/** Exchanges of the streams whose URL contains a text. */
function exchangesOf(store: StoreDump, part: string): StoreDump['exchanges'] {
  return store.exchanges.filter((one) => one.url.includes(part)).sort((a, b) => a.number - b.number);
}

const ended =
  (part: string, count = 1) =>
  (store: StoreDump) =>
    store.streams.filter((one) => one.url.includes(part) && one.state === 'ended').length >= count;

/** What a page sees of the numbered events of the test server, written as the canonical blocks of the store. */
const canonical = (n: number, size = 0) => numberedEvents(n, size);

/** Recording as such: the taps, the bridge, the background and the store, in a real browser. */
export function recordTests(launch: Launch): void {
  beforeAll(async () => {
    server = await startTestServer();
    foreign = await startTestServer();
  });
  afterAll(async () => {
    await server.close();
    await foreign.close();
  });

  describe('a tab that is not recorded', () => {
    const browser = useBrowser(launch);
    test('sends no message, starts no background, leaves nothing in the store, and its page works', async () => {
      const { driver } = browser;
      // It runs once on installation; stopped, it would be started by the first message.
      await driver.sleepBackground();
      await driver.page.goto(page());
      const data = await driver.page.evaluate(async () => {
        const seen: string[] = [];
        await new Promise<void>((resolve) => {
          const es = new EventSource('/events?n=3');
          es.addEventListener('tick', (event) => {
            if (seen.push((event as MessageEvent).data) === 3) resolve();
          });
          es.onerror = () => es.close();
        });
        seen.push(await (await fetch('/events?n=1')).text());
        return seen;
      });
      expect(data).toEqual(['1', '2', '3', numberedEvents(1)]);
      expect(await driver.backgroundRuns()).toBe(false);
      expect(await driver.dump()).toEqual({ sessions: [], streams: [], exchanges: [], marks: [] });
    });
  });

  describe('a recorded tab', () => {
    const browser = useBrowser(launch);
    beforeAll(async () => {
      await browser.driver.page.goto(page());
      await startRecording(browser.driver);
    });

    const consumers: Record<string, (url: string) => Promise<unknown>> = {
      getReader: async (url) => {
        const reader = (await fetch(url)).body!.getReader();
        while (!(await reader.read()).done);
      },
      'BYOB reader': async (url) => {
        const reader = (await fetch(url)).body!.getReader({ mode: 'byob' });
        let buffer = new ArrayBuffer(64);
        for (;;) {
          const { done, value } = await reader.read(new Uint8Array(buffer));
          if (done) return;
          buffer = value.buffer;
        }
      },
      'BYOB reader with a DataView': async (url) => {
        const reader = (await fetch(url)).body!.getReader({ mode: 'byob' });
        let buffer = new ArrayBuffer(64);
        for (;;) {
          const { done, value } = await reader.read(new DataView(buffer));
          if (done) return;
          buffer = value.buffer as ArrayBuffer;
        }
      },
      'for await': async (url) => {
        for await (const _chunk of (await fetch(url)).body!);
      },
      values: async (url) => {
        const iterator = (await fetch(url)).body!.values();
        while (!(await iterator.next()).done);
      },
      pipeThrough: async (url) => {
        const reader = (await fetch(url)).body!.pipeThrough(new TextDecoderStream()).getReader();
        while (!(await reader.read()).done);
      },
      'pipeThrough twice': async (url) => {
        const reader = (await fetch(url))
          .body!.pipeThrough(new TextDecoderStream())
          .pipeThrough(new TransformStream())
          .getReader();
        while (!(await reader.read()).done);
      },
      pipeTo: async (url) => {
        await (await fetch(url)).body!.pipeTo(new WritableStream());
      },
      tee: async (url) => {
        const branches = (await fetch(url)).body!.tee();
        await Promise.all(branches.map((branch) => new Response(branch).text()));
      },
      'tee, one branch read later': async (url) => {
        const [one, two] = (await fetch(url)).body!.tee();
        for await (const _chunk of one);
        for await (const _chunk of two);
      },
      clone: async (url) => {
        const response = await fetch(url);
        const copy = response.clone();
        await copy.text();
        await response.text();
      },
      'clone of a clone': async (url) => {
        const response = await fetch(url);
        const reader = response.clone().clone().body!.getReader();
        while (!(await reader.read()).done);
        await response.arrayBuffer();
      },
      text: async (url) => (await fetch(url)).text(),
      json: async (url) => (await fetch(url)).json().catch(() => 0),
      arrayBuffer: async (url) => (await fetch(url)).arrayBuffer(),
      blob: async (url) => (await fetch(url)).blob(),
      bytes: async (url) => (await fetch(url)).bytes(),
      formData: async (url) => (await fetch(url)).formData().catch(() => 0),
      'new Response(body)': async (url) => new Response((await fetch(url)).body).text(),
      'new Response(body) read by a reader': async (url) => {
        const reader = new Response((await fetch(url)).body).body!.getReader();
        while (!(await reader.read()).done);
      },
      'fetch(new Request)': async (url) => (await fetch(new Request(url))).text(),
      'XMLHttpRequest text': (url) =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.open('GET', url);
          xhr.onloadend = resolve;
          xhr.send();
        }),
      'XMLHttpRequest arraybuffer': (url) =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.open('GET', url);
          xhr.responseType = 'arraybuffer';
          xhr.onloadend = resolve;
          xhr.send();
        }),
    };

    test.each(Object.entries(consumers))('%s: each byte is recorded once', async (name, consume) => {
      const { driver } = browser;
      const path = `/paced?n=8&every=4&by=${encodeURIComponent(name)}`;
      await driver.page.evaluate(
        `async (url) => { await (${consume})(url); return true; }` as never as (
          url: string,
        ) => Promise<boolean>,
        path,
      );
      const store = await storeWhere(
        driver,
        'the end of the stream',
        ended(`by=${encodeURIComponent(name)}`),
      );
      const exchanges = exchangesOf(store, `by=${encodeURIComponent(name)}`);
      expect(exchanges).toHaveLength(1);
      expect(exchanges[0]).toMatchObject({
        text: numberedEvents(8),
        events: 8,
        indexed: 8,
        status: 200,
        end: 'end',
      });
    });

    test('EventSource: events in order, with types and IDs, over reconnections', async () => {
      const { driver } = browser;
      const seen = await driver.page.evaluate(async () => {
        const seen: string[] = [];
        await new Promise<void>((resolve) => {
          const es = new EventSource('/resume?n=9');
          es.addEventListener('tick', (event) => {
            const { data, lastEventId } = event as MessageEvent;
            seen.push(`${data} ${lastEventId}`);
          });
          es.onerror = () => {
            if (es.readyState === 2) resolve();
          };
        });
        return seen;
      });
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `${i} ${i}`));
      const store = await storeWhere(driver, 'the end of the stream', ended('/resume'));
      const exchanges = exchangesOf(store, '/resume');
      expect(
        exchanges.map(({ end, events, lastEventIdBefore, status }) => [
          end,
          events,
          lastEventIdBefore,
          status,
        ]),
      ).toEqual([
        ['end', 3, '', 200],
        ['end', 3, '3', 200],
        ['end', 3, '6', 200],
        ['error', 0, '9', 204],
      ]);
      // The wire of Firefox shows the retry field too.
      const text = exchanges.map((one) => one.text).join('');
      expect(text.replaceAll('retry: 50\n\n', '')).toBe(canonical(9));
      expect(store.streams.find((one) => one.url.includes('/resume'))).toMatchObject({
        transport: 'EventSource',
        events: 9,
        listeners: ['tick', 'error'],
        openedBeforeRecording: false,
      });
    });

    test('how a stream ended is told apart', async () => {
      const { driver } = browser;
      await driver.page.evaluate(async () => {
        const read = async (url: string, act: (r: ReadableStreamDefaultReader) => Promise<unknown>) => {
          const reader = (await fetch(url)).body!.getReader();
          await reader.read();
          await act(reader).catch(() => {});
        };
        await read('/open?end=cancel', (reader) => reader.cancel());
        await read('/reset?end=error', async (reader) => {
          while (!(await reader.read()).done);
        });
        const abort = new AbortController();
        const response = await fetch('/open?end=abort', { signal: abort.signal });
        const reader = response.body!.getReader();
        await reader.read();
        abort.abort();
        await reader.read().catch(() => {});
        const pipe = async (
          url: string,
          init: RequestInit,
          act: (r: ReadableStreamDefaultReader) => unknown,
        ) => {
          const response = await fetch(url, init);
          const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
          await reader.read();
          act(reader);
          while (!(await reader.read()).done);
        };
        const abortPipe = new AbortController();
        const { signal } = abortPipe;
        await pipe('/open?end=piped-abort', { signal }, () => abortPipe.abort()).catch(() => {});
        await pipe('/open?end=piped-cancel', {}, (reader) => reader.cancel()).catch(() => {});
        await pipe('/reset?end=piped-error', {}, () => {}).catch(() => {});
        await new Promise<void>((resolve) => {
          const es = new EventSource('/open?end=close');
          es.addEventListener('tick', () => {
            es.close();
            resolve();
          });
        });
        await fetch('/status?code=401&end=status', { headers: { Accept: 'text/event-stream' } });
        await new Promise<void>((resolve) => {
          const es = new EventSource('/html?end=type');
          es.onerror = () => resolve();
        });
        return true;
      });
      const store = await storeWhere(driver, 'nine ended streams', ended('end=', 9));
      const ends = Object.fromEntries(
        store.streams
          .filter((one) => one.url.includes('end='))
          .map((one) => [one.url.split('end=')[1], one.end]),
      );
      expect(ends).toEqual({
        cancel: 'cancel',
        error: 'error',
        abort: 'abort',
        'piped-abort': 'abort',
        'piped-cancel': 'cancel',
        'piped-error': 'error',
        close: 'close',
        status: 'error',
        type: 'error',
      });
      const [reset] = exchangesOf(store, 'end=error');
      expect(reset!.text).toBe(`${numberedEvents(2)}data: unfinis`);
      expect(exchangesOf(store, 'end=status')[0]).toMatchObject({ status: 401 });
    });

    test('a burst of 100,000 events by fetch is complete, byte for byte', async () => {
      const { driver } = browser;
      await driver.page.evaluate(async () => {
        const reader = (await fetch('/burst?n=100000&by=fetch')).body!.getReader();
        while (!(await reader.read()).done);
        return true;
      });
      const store = await storeWhere(driver, 'the burst', ended('/burst?n=100000&by=fetch'));
      const [exchange] = exchangesOf(store, '/burst?n=100000&by=fetch');
      expect(exchange).toMatchObject({
        events: 100_000,
        indexed: 100_000,
        sha256: sha256(numberedEvents(100_000)),
      });
      expect(store.sessions.at(-1)!.lost).toBe(0);
    });

    test('two bursts that are read in turns keep each its own bytes', async () => {
      const { driver } = browser;
      const urls = ['/burst?n=90000&in=turns', '/burst?n=95000&in=turns'];
      await driver.page.evaluate(async (urls) => {
        const readers = await Promise.all(urls.map(async (url) => (await fetch(url)).body!.getReader()));
        for (let open = readers; open.length > 0; ) {
          const results = await Promise.all(open.map((reader) => reader.read()));
          open = open.filter((_, i) => !results[i]!.done);
        }
      }, urls);
      for (const [i, n] of [90_000, 95_000].entries()) {
        const store = await storeWhere(driver, 'the burst', ended(urls[i]!));
        expect(exchangesOf(store, urls[i]!)[0]).toMatchObject({
          events: n,
          sha256: sha256(numberedEvents(n)),
        });
      }
    });

    test.each([
      ['that breaks', '/reset?xhr', false, ''],
      ['that breaks and is of another origin', '/reset?xhr=other', true, ''],
      ['that the browser gives up', '/endless?xhr', false, 'stop'],
    ])('an XMLHttpRequest %s has ended', async (_, path, isForeign, how) => {
      const { driver } = browser;
      const url = (isForeign ? foreign.url : server.url) + path;
      await driver.page.evaluate(
        async (url, how) => {
          const xhr = new XMLHttpRequest();
          xhr.open('GET', url);
          // The header alone: in Firefox the wire tap takes it for an EventSource.
          xhr.setRequestHeader('Accept', 'text/event-stream');
          const begun = new Promise((resolve) => {
            xhr.onprogress = resolve;
          });
          xhr.send();
          // Firefox may tell nothing of one that breaks: then there is nothing to wait for here.
          if (how !== 'stop') return;
          await begun;
          window.stop();
        },
        url,
        how,
      );
      const store = await storeWhere(driver, 'the end of the stream', ended(url));
      const [exchange] = exchangesOf(store, url);
      // Behind the filter of Firefox both look to the page like an end.
      expect(exchange!.end, JSON.stringify(exchange)).toMatch(
        how === 'stop' ? /^(abort|error|end)$/ : /^(error|end)$/,
      );
    });

    test('12 MB that come at once are recorded', async () => {
      const { driver } = browser;
      const url = '/burst?n=150000&size=60';
      await driver.page.evaluate(async (url) => {
        const xhr = new XMLHttpRequest();
        xhr.open('GET', url);
        xhr.responseType = 'arraybuffer';
        await new Promise((resolve) => {
          xhr.onload = resolve;
          xhr.send();
        });
      }, url);
      const store = await storeWhere(driver, 'the burst', ended(url));
      expect(exchangesOf(store, url)[0]).toMatchObject({
        events: 150_000,
        sha256: sha256(numberedEvents(150_000, 60)),
      });
      expect(store.sessions.at(-1)!.lost).toBe(0);
    });

    test('a burst of 100,000 events by EventSource is complete', async () => {
      const { driver } = browser;
      await driver.page.evaluate(async () => {
        await new Promise<void>((resolve) => {
          const es = new EventSource('/burst?n=100000&by=es&open');
          let n = 0;
          es.addEventListener('tick', () => {
            if (++n === 100_000) {
              es.close();
              resolve();
            }
          });
        });
        return true;
      });
      const store = await storeWhere(driver, 'the burst', ended('by=es'));
      const [exchange] = exchangesOf(store, 'by=es');
      expect(exchange).toMatchObject({
        events: 100_000,
        indexed: 100_000,
        sha256: sha256(canonical(100_000)),
      });
    });

    test('streams of every kind of frame are recorded', async () => {
      const { driver } = browser;
      await driver.page.evaluate(async (base) => {
        const code = (kind: string) =>
          `<script>(async () => { for await (const c of (await fetch('${base}/events?n=2&frame=${kind}')).body); parent.postMessage('${kind}', '*') })()</script>`;
        const frames: Record<string, (frame: HTMLIFrameElement) => void> = {
          srcdoc: (f) => void (f.srcdoc = code('srcdoc')),
          sandboxed: (f) => {
            f.setAttribute('sandbox', 'allow-scripts');
            f.srcdoc = code('sandboxed');
          },
          data: (f) => void (f.src = `data:text/html,${encodeURIComponent(code('data'))}`),
          blob: (f) => void (f.src = URL.createObjectURL(new Blob([code('blob')], { type: 'text/html' }))),
          page: (f) => void (f.src = `/page?html=${encodeURIComponent(code('page'))}`),
        };
        for (const [kind, prepare] of Object.entries(frames)) {
          await new Promise<void>((resolve) => {
            addEventListener('message', (event) => event.data === kind && resolve());
            const frame = document.createElement('iframe');
            prepare(frame);
            document.body.append(frame);
          });
        }
        const blank = document.createElement('iframe');
        document.body.append(blank);
        const win = blank.contentWindow as unknown as { fetch: typeof fetch };
        await (await win.fetch('/events?n=2&frame=blank')).text();
        return true;
      }, server.url);
      const store = await storeWhere(driver, 'six frames', ended('frame=', 6));
      const frames = store.streams.filter((one) => one.url.includes('frame='));
      expect(frames.map((one) => one.url.split('frame=')[1]).sort()).toEqual([
        'blank',
        'blob',
        'data',
        'page',
        'sandboxed',
        'srcdoc',
      ]);
      for (const frame of frames) expect(frame).toMatchObject({ events: 2, frame: 'child' });
    });

    test('a stack says who opened the stream, without frames of ours', async () => {
      const { driver } = browser;
      await driver.page.evaluate(async () => {
        async function openTheStream() {
          await (await fetch('/events?n=1&stack')).text();
        }
        await openTheStream();
        new EventSource('/events?n=1&stack').onerror = (event) => (event.target as EventSource).close();
        return true;
      });
      const store = await storeWhere(driver, 'two streams', ended('&stack', 2));
      for (const { stack, transport } of store.streams.filter((one) => one.url.includes('&stack'))) {
        expect(stack).not.toMatch(/-extension:|<anonymous code>/);
        if (transport === 'fetch') expect(stack).toContain('openTheStream');
      }
    });
  });

  describe('recording that begins later', () => {
    const browser = useBrowser(launch);
    test('observes streams that are open already, and says so', async () => {
      const { driver } = browser;
      await driver.page.goto(page());
      await driver.page.evaluate(() => {
        const w = window as unknown as { seen: number; next: () => Promise<unknown>; es: EventSource };
        w.es = new EventSource('/paced?n=100000&every=30&late=es');
        w.es.addEventListener('tick', () => {
          w.seen = (w.seen ?? 0) + 1;
        });
        return fetch('/paced?n=100000&every=30&late=fetch').then(({ body }) => {
          const reader = body!.getReader();
          const pump = (): unknown => reader.read().then(pump);
          pump();
        });
      });
      const pipe = driver.page.evaluate(async () => {
        void (await fetch('/paced?n=100000&every=30&late=pipe')).body!.pipeTo(new WritableStream());
        return true;
      });
      await pipe;
      await startRecording(driver);
      const store = await storeWhere(
        driver,
        'events of three streams',
        ({ streams }) => streams.filter((one) => one.url.includes('late=') && one.events > 3).length === 3,
      );
      for (const stream of store.streams) {
        expect(stream).toMatchObject({ openedBeforeRecording: true, state: 'open' });
      }
    });
  });

  describe('a reload', () => {
    const browser = useBrowser(launch);
    test('ends the session, keeps it, and loses nothing of its last moments', async () => {
      const { driver } = browser;
      const html = `<script>
        const es = new EventSource('/paced?n=100000&every=5');
        es.addEventListener('tick', (event) => localStorage.setItem('last' + performance.timeOrigin, event.data));
      </script>`;
      await driver.page.goto(page());
      await startRecording(driver);
      await driver.page.goto(page(html));
      await storeWhere(driver, 'some events', ({ streams }) => (streams.at(-1)?.events ?? 0) > 20);
      await driver.page.goto(page());
      const last = await driver.page.evaluate(() =>
        Object.keys(localStorage)
          .filter((k) => k.startsWith('last'))
          .map((k) => Number(localStorage.getItem(k))),
      );
      const store = await storeWhere(driver, 'the end of the stream', ended('/paced'));
      const [exchange] = exchangesOf(store, '/paced');
      expect(last).toHaveLength(1);
      expect(exchange!.events).toBe(last[0]);
      expect(exchange!.text).toBe(canonical(last[0]!));
      expect(store.streams[0]).toMatchObject({ end: 'unload' });
    });
  });

  describe('a background that is stopped again and again', () => {
    const browser = useBrowser(launch);
    test('loses nothing and doubles nothing', async () => {
      const { driver } = browser;
      await driver.page.goto(page());
      await startRecording(driver);
      const n = 1500;
      const done = driver.page.evaluate(async (n) => {
        const read = async () => {
          for await (const _chunk of (await fetch(`/paced?n=${n}&every=2&by=fetch`)).body!);
        };
        const listen = new Promise<void>((resolve) => {
          const es = new EventSource(`/paced?n=${n}&every=2&by=es`);
          es.addEventListener('tick', () => {});
          es.onerror = () => {
            es.close();
            resolve();
          };
        });
        await Promise.all([read(), listen]);
        return true;
      }, n);
      let over = false;
      void done.then(() => {
        over = true;
      });
      let stops = 0;
      while (!over) {
        await driver.stopBackground();
        stops++;
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      await done;
      const store = await storeWhere(driver, 'both streams', ended('/paced', 2));
      expect(stops).toBeGreaterThan(3);
      // Before the page closes it, the EventSource connects once more.
      const exchanges = store.exchanges.filter((one) => one.number === 1);
      for (const exchange of exchanges) {
        const ids = [...exchange.text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
        const numbers = Array.from({ length: n }, (_, i) => i + 1);
        expect(ids.filter((id, i) => id !== (ids[i - 1] ?? 0) + 1)).toEqual([]);
        expect(ids).toEqual(numbers);
        expect(exchange).toMatchObject({ events: n, indexed: n, sha256: sha256(canonical(n)) });
      }
      expect(exchanges).toHaveLength(2);
    });
  });
}
