import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDemo } from '../../demo/server/app.ts';
import { bundle } from '../support/bundle.ts';
import { startDifficultServer } from '../support/difficulties.ts';
import { type Doc, type Launch, storeWhere, switchWireOn, useBrowser } from '../support/driver.ts';
import { numberedEvents, startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

/** What the table shows, row by row. */
function tableRows(panel: Doc): Promise<string[][]> {
  return panel.evaluate(() =>
    [...document.querySelectorAll('.table-body .table-row:not(.empty)')].map((row) =>
      [...row.children].map((cell) => cell.textContent ?? ''),
    ),
  );
}

const textOf = (panel: Doc, selector: string) =>
  panel.evaluate((s) => document.querySelector(s)?.textContent ?? '', selector);

/** Chooses the stream whose row shows a text, and waits until it is on show. */
async function chooseStream(panel: Doc, part: string): Promise<void> {
  const selector = await waitFor(`a stream ${part}`, () =>
    panel.evaluate((text) => {
      const rows = [...document.querySelectorAll<HTMLElement>('.stream-row')];
      const row = rows.find((one) => one.title.includes(text));
      return row && `#${row.id}`;
    }, part),
  );
  await panel.click(selector);
  await waitFor('it to be chosen', () =>
    panel.evaluate((s) => document.querySelector(s)?.getAttribute('aria-selected') === 'true', selector),
  );
}

/** The panel in the real DevTools of a browser, on real pages. */
export function panelTests(launch: Launch): void {
  describe('on streams with difficulties', () => {
    const browser = useBrowser(launch, { devtools: true });
    let server: Awaited<ReturnType<typeof startDifficultServer>>;
    let panel: Doc;
    const open = (url: string) =>
      browser.driver.page.evaluate((url) => {
        const es = new EventSource(url);
        es.onmessage = () => {};
        es.addEventListener('tick', () => {});
      }, url);
    const showTab = async (name: string) => panel.click(`[data-tab=${name}]`);
    beforeAll(async () => {
      server = await startDifficultServer();
      await browser.driver.page.goto(`${server.url}/page`);
      panel = await browser.driver.openPanel();
    });
    afterAll(() => server.close());

    test('without the wire, Chromium says what is not seen, and offers it', async () => {
      if (browser.driver.name !== 'chromium') return;
      await open('/unheard?log');
      await waitFor('the notice', async () => (await textOf(panel, 'div.notice')).includes('“deaf”'));
      expect(await textOf(panel, 'div.notice')).toContain(
        '2 events of a type that the page does not listen to',
      );
      await panel.click('div.notice button');
      await waitFor('the wire', () =>
        panel.evaluate(() => document.querySelector('[data-action=wire]')?.classList.contains('on')),
      );
      await waitFor('no notice', async () => (await textOf(panel, 'div.notice')) === '');
    });

    test('comments and retries are in the table, and can be had alone', async () => {
      await switchWireOn(browser.driver, panel);
      await open('/heartbeat?every=300');
      await chooseStream(panel, '/heartbeat');
      await showTab('events');
      await waitFor('nine beats', async () => (await tableRows(panel)).length === 10);
      await panel.evaluate(() => {
        const kinds = document.querySelector<HTMLSelectElement>('select.kinds')!;
        kinds.value = '1';
        kinds.dispatchEvent(new Event('change', { bubbles: true }));
      });
      await waitFor('comments alone', async () => (await tableRows(panel)).length === 9);
      expect((await tableRows(panel)).map((row) => row[3])).toEqual(Array(9).fill('comment'));
      await panel.evaluate(() => {
        const kinds = document.querySelector<HTMLSelectElement>('select.kinds')!;
        kinds.value = 'all';
        kinds.dispatchEvent(new Event('change', { bubbles: true }));
      });
    });

    test('the health of a heartbeat', async () => {
      await showTab('health');
      const text = await waitFor('the heartbeat', async () => {
        const text = await textOf(panel, '.page');
        return text.includes('9 beats') && text;
      });
      expect(text).toContain('comments, 9 beats');
      expect(text).toMatch(/Period(29|30|31)\d ms/);
      expect(text).toContain('Missed1');
    });

    test('types that nobody listens to are marked, and are a finding', async () => {
      await open('/unheard?marked');
      await chooseStream(panel, '/unheard?marked');
      await showTab('events');
      await waitFor('two marked events', () =>
        panel.evaluate(() => document.querySelectorAll('.type.unheard').length >= 2),
      );
      await showTab('health');
      await waitFor('the finding', async () =>
        (await textOf(panel, '[data-finding=unheard]')).includes('deaf: 2'),
      );
    });

    test('a gap has its cause, its length, its attempt and its IDs', async () => {
      await open('/reset');
      await chooseStream(panel, '/reset');
      await showTab('health');
      const text = await waitFor('the gap', async () => {
        const text = await textOf(panel, 'table.gaps tbody tr');
        return text.includes('delivered') && text;
      });
      expect(text).toContain('network: ');
      expect(text).toContain('1 → 1 → 2');
      expect(text).toContain('none lost');
    });

    test('streams that a class opens one after the other are one, with the waits between them', async () => {
      await browser.driver.page.evaluate(() => {
        class Client {
          tries = 0;
          open(): void {
            const es = new EventSource(`/again?t=${++this.tries}`);
            es.onmessage = () => {};
            es.onerror = () => {
              es.close();
              if (this.tries < 4) setTimeout(() => this.open(), 100 * 2 ** this.tries);
            };
          }
        }
        new Client().open();
      });
      await chooseStream(panel, '/again?t=4');
      expect(
        await panel.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('.stream-row')]
            .filter((row) => row.title.includes('/again'))
            .map((row) => row.classList.contains('follows')),
        ),
      ).toEqual([false, true, true, true]);
      await showTab('health');
      const text = await waitFor('the back-off', async () => {
        const text = await textOf(panel, '.page');
        return text.includes('exponential') && text;
      });
      expect(text).toContain('4 streams that were opened one after the other');
      expect(text).toMatch(/exponential from 2\d\d ms, × (1\.9|2\.\d) each time/);
    });

    test('the HTTP side: redirects, headers, protocol', async () => {
      await open('/redirect?code=307');
      await chooseStream(panel, '/redirect');
      await showTab('http');
      const text = await waitFor('both exchanges', async () => {
        const text = await textOf(panel, '.page');
        return text.includes('#2') && /last-event-id/i.test(text) && text;
      });
      expect(text).toContain('307 to ');
      expect(text).toContain('HTTP/1.1');
      expect(text).toContain('text/event-stream');
    });
  });

  describe('on the demo dashboard', () => {
    const browser = useBrowser(launch, { devtools: true });
    let demo: ReturnType<typeof createDemo>;
    let panel: Doc;
    beforeAll(async () => {
      demo = createDemo({ pageFolder: 'dist/demo', stocksEvery: 50, tokenEvery: 5, heartbeatEvery: 500 });
      const url = await demo.listen({ host: '127.0.0.1', port: 0 });
      const { driver } = browser;
      await driver.page.goto(`${url}/`);
      panel = await driver.openPanel();
      // From the start, so that nothing was open before.
      await driver.page.goto(`${url}/`);
    });
    afterAll(() => demo.close());

    test('shows the three streams, live', async () => {
      await waitFor('three open streams with events', () =>
        panel.evaluate(() => {
          const rows = [...document.querySelectorAll<HTMLElement>('.stream-row')];
          const live = rows.filter(
            (row) => row.title.includes('Open') && Number(row.querySelector('.number')?.textContent) > 0,
          );
          return rows.length === 3 && live.length === 3;
        }),
      );
    });

    test('shows every quote: types, IDs without a gap, data, in order', async () => {
      await chooseStream(panel, '/api/stocks');
      // Where the wire is seen, a retry and comments stand between them.
      const quotes = await waitFor('nine quotes', async () => {
        const shown = (await tableRows(panel)).filter((row) => row[3] === 'quote');
        return shown.length >= 9 && shown;
      });
      quotes.forEach((row, i) => {
        if (i > 0) {
          expect(Number(row[4])).toBe(Number(quotes[i - 1]![4]) + 1);
        }
        expect(JSON.parse(row[6]!)).toMatchObject({ symbol: expect.any(String), price: expect.any(Number) });
      });
      const { exchanges } = await browser.driver.dump();
      const stored = exchanges.findLast((one) => one.url.endsWith('/api/stocks'))!;
      const ids = [...stored.text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
      expect(ids).toEqual(ids.map((_, i) => ids[0]! + i));
    });

    test('an event reaches the panel within moments', async () => {
      await chooseStream(panel, '/api/events');
      await browser.driver.page.evaluate(() =>
        fetch('/api/broadcast', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ channel: 'events', data: { text: 'unmistakable' } }),
        }).then((response) => response.ok),
      );
      await waitFor('the broadcast in the table', async () =>
        (await tableRows(panel)).some((row) => row[6]!.includes('unmistakable')),
      );
    });

    test('the detail shows JSON, text and bytes of the chosen event', async () => {
      await panel.evaluate(() => {
        const rows = [...document.querySelectorAll<HTMLElement>('.table-body .table-row')];
        rows.find((row) => row.textContent?.includes('unmistakable'))?.click();
      });
      await waitFor('the JSON', async () => (await textOf(panel, '.json')).includes('text: "unmistakable"'));
      await panel.click('.detail .tabs button:nth-child(2)');
      await waitFor(
        'the text',
        async () => (await textOf(panel, '.detail .text')) === '{"text":"unmistakable"}',
      );
      await panel.click('.detail .tabs button:nth-child(3)');
      await waitFor('the bytes', async () =>
        /data: \{"text":"unmistakable"\}\\n/.test(await textOf(panel, '.bytes')),
      );
      await panel.click('.detail .close');
      await waitFor('it to be closed', () => panel.evaluate(() => !document.querySelector('.detail')));
    });

    test('the filter leaves what matches', async () => {
      await panel.evaluate(() => {
        const input = document.querySelector<HTMLInputElement>('.filter')!;
        input.value = 'unmistakable';
        input.dispatchEvent(new Event('input', { bubbles: true }));
      });
      await waitFor('one row', async () => {
        const rows = await tableRows(panel);
        return rows.length === 1 && rows[0]![6]!.includes('unmistakable');
      });
      expect(await textOf(panel, '.table-foot')).toMatch(/^1 of \d+ entries/);
      await panel.evaluate(() => {
        const input = document.querySelector<HTMLInputElement>('.filter')!;
        input.value = '';
        input.dispatchEvent(new Event('input', { bubbles: true }));
      });
    });

    test('a chat answer, read by fetch, is there completely', async () => {
      await browser.driver.page.click('#chat button[type=submit]');
      const store = await storeWhere(browser.driver, 'the answer', ({ streams }) =>
        streams.some((one) => one.url.endsWith('/api/chat') && one.end === 'end'),
      );
      const exchange = store.exchanges.find((one) => one.url.endsWith('/api/chat'))!;
      expect(exchange).toMatchObject({ method: 'POST', status: 200, fidelity: 'bytes' });
      const said = [...exchange.text.matchAll(/^data: (\{.*\})$/gm)]
        .map((match) => JSON.parse(match[1]!).choices[0].delta.content ?? '')
        .join('');
      const shown = await browser.driver.page.evaluate(
        () => document.querySelector('#answer')?.textContent ?? '',
      );
      expect(said).toBe(shown);
      expect(said).toContain('What is an event stream?');
      await chooseStream(panel, '/api/chat');
      await waitFor('its end in the head', async () =>
        (await textOf(panel, '.stream-head')).includes('Ended by the server'),
      );
    });

    test('malformed blocks do not stop the stream, and a dropped one comes back', async () => {
      await chooseStream(panel, '/api/news');
      await browser.driver.page.evaluate(() =>
        fetch('/api/control', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ action: 'drop', channel: 'news' }),
        }).then((response) => response.ok),
      );
      await waitFor('the second connection', async () =>
        (await textOf(panel, '.stream-head')).includes('2 connections'),
      );
      await waitFor('it to be open again', async () => /^Open/.test(await textOf(panel, '.stream-head')));
    });

    test('stopping by the button stops, and starting goes on with streams that are open', async () => {
      const recordButton = '.toolbar .icon-button';
      await panel.click(recordButton);
      await waitFor('it to be stopped', () =>
        panel.evaluate(
          (s) => document.querySelector(s)?.getAttribute('aria-pressed') === 'false',
          recordButton,
        ),
      );
      const stopped = (await browser.driver.dump()).sessions.length;
      await panel.click(recordButton);
      const store = await storeWhere(
        browser.driver,
        'a new session with the open streams',
        ({ sessions }) => sessions.length === stopped + 1 && (sessions.at(-1)?.events ?? 0) > 3,
      );
      const streams = store.streams.filter((one) => one.session === store.sessions.at(-1)!.id);
      expect(streams.every((one) => one.openedBeforeRecording)).toBe(true);
    });

    test('clear deletes what was recorded, and goes on', async () => {
      const before = await storeWhere(
        browser.driver,
        'events',
        ({ sessions }) => (sessions.at(-1)?.events ?? 0) > 5,
      );
      const cleared = before.sessions.at(-1)!.id;
      await panel.click('.toolbar .clear');
      const store = await storeWhere(
        browser.driver,
        'the old session to be gone and a new one to begin',
        ({ sessions }) =>
          !sessions.some((one) => one.id === cleared) &&
          (sessions.at(-1)?.events ?? 0) > 0 &&
          sessions.at(-1)!.endedAt === undefined,
      );
      expect(store.exchanges.some((one) => one.session === cleared)).toBe(false);
    });
  });

  describe('on pages of its own', () => {
    const browser = useBrowser(launch, { devtools: true });
    let server: TestServer;
    let panel: Doc;
    const page = (html: string) => `${server.url}/page?html=${encodeURIComponent(html)}`;
    beforeAll(async () => {
      server = await startTestServer();
      await browser.driver.page.goto(page(''));
      panel = await browser.driver.openPanel();
    });
    afterAll(() => server.close());

    test('waits for streams, in words', async () => {
      await waitFor(
        'the screen',
        async () => (await textOf(panel, '.screen h1')) === 'Waiting for event streams',
      );
    });

    test('a stream of the first inline script is recorded from its start', async () => {
      await browser.driver.page.goto(
        page(`<script>new EventSource('/open?n=3').addEventListener('tick', () => {})</script>`),
      );
      await chooseStream(panel, '/open?n=3');
      await waitFor(
        'three rows',
        async () => (await tableRows(panel)).map((row) => row[6]).join() === '1,2,3',
      );
      expect(await textOf(panel, '.stream-head')).not.toContain('opened before recording');
    });

    test('after a navigation the panel shows the new page; the old session is in the list', async () => {
      await browser.driver.page.goto(page(''));
      await waitFor(
        'the empty panel',
        async () => (await textOf(panel, '.screen h1')) === 'Waiting for event streams',
      );
      const store = await browser.driver.dump();
      expect(store.streams).toHaveLength(1);
      expect(store.sessions[0]!.endedAt).toBeDefined();
      await panel.evaluate((id) => {
        const select = document.querySelector<HTMLSelectElement>('.sessions')!;
        select.value = id;
        select.dispatchEvent(new Event('change', { bubbles: true }));
      }, store.sessions[0]!.id);
      await waitFor('its stream', async () => (await textOf(panel, '.stream-row .url')) === '/open?n=3');
      await panel.evaluate(() => {
        const select = document.querySelector<HTMLSelectElement>('.sessions')!;
        select.value = '';
        select.dispatchEvent(new Event('change', { bubbles: true }));
      });
    });

    test('with "preserve", one session goes on over a navigation', async () => {
      const before = (await browser.driver.dump()).sessions.length;
      await panel.click('.check input');
      await browser.driver.page.goto(
        page(`<script>fetch('/events?n=1&first').then((r) => r.text())</script>`),
      );
      await chooseStream(panel, '&first');
      await browser.driver.page.goto(
        page(`<script>fetch('/events?n=1&second').then((r) => r.text())</script>`),
      );
      await chooseStream(panel, '&second');
      await chooseStream(panel, '&first');
      const { sessions, marks } = await browser.driver.dump();
      expect(sessions).toHaveLength(before + 1);
      expect(marks.some((mark) => mark.kind === 'navigation')).toBe(true);
      await panel.click('.check input');
    });

    test('a live stream is followed to its last row, though the rows fill the screen several times', async () => {
      await browser.driver.page.goto(
        page(
          `<script>
            const es = new EventSource('/paced?n=90&every=25');
            es.addEventListener('tick', () => {});
            es.onerror = () => es.close();
          </script>`,
        ),
      );
      await chooseStream(panel, 'n=90');
      await waitFor('the last row', async () =>
        (await tableRows(panel)).some((row) => row[3] === 'tick' && row[6] === '90'),
      );
      // It is on the screen, not only in the page.
      const { below, pressed } = await panel.evaluate(() => {
        const rows = [...document.querySelectorAll('.table-body .table-row:not(.empty)')];
        const body = document.querySelector('.table-body')!.getBoundingClientRect();
        return {
          below: rows.at(-1)!.getBoundingClientRect().bottom - body.bottom,
          pressed: document.querySelector('.follow')!.getAttribute('aria-pressed'),
        };
      });
      expect(below).toBeLessThanOrEqual(1);
      expect(pressed).toBe('true');
    });

    test('ten thousand rows: only those on the screen are in the page, and the keyboard reaches all', async () => {
      await browser.driver.page.goto(page(`<script>fetch('/events?n=10000').then((r) => r.text())</script>`));
      await chooseStream(panel, 'n=10000');
      await waitFor('the last row, followed', async () => (await tableRows(panel)).at(-1)?.[6] === '10000');
      expect((await tableRows(panel)).length).toBeLessThan(120);
      const press = (key: string) =>
        panel.evaluate((k) => {
          document
            .querySelector('.table-body')!
            .dispatchEvent(new KeyboardEvent('keydown', { key: k, bubbles: true }));
        }, key);
      await press('Home');
      await waitFor('the first row', async () => (await tableRows(panel))[0]?.[6] === '1');
      await waitFor('its detail', async () => (await textOf(panel, '.detail-facts')).startsWith('#1 '));
      await press('ArrowDown');
      await waitFor('the next', async () => (await textOf(panel, '.detail-facts')).startsWith('#2 '));
      await press('End');
      await waitFor('the last', async () => (await textOf(panel, '.detail-facts')).startsWith('#10000 '));
      await press('Escape');
      const { exchanges } = await browser.driver.dump();
      expect(exchanges.find((one) => one.url.includes('n=10000'))!.text).toBe(numberedEvents(10_000));
    });

    test('nothing of a stream is taken for HTML', async () => {
      const evil = `<img src=x onerror="document.title='owned'">`;
      const data = encodeURIComponent(`event: tick\ndata: ${evil}\n\n`);
      await browser.driver.page.goto(
        page(`<script>
          const text = decodeURIComponent(${JSON.stringify(data)});
          const url = URL.createObjectURL(new Blob([text], { type: 'text/event-stream' }));
          fetch(url).then((r) => r.text());
        </script>`),
      );
      await chooseStream(panel, 'blob:');
      await waitFor('the data as text', async () => (await tableRows(panel)).some((row) => row[6] === evil));
      expect(await panel.evaluate(() => document.querySelectorAll('img').length)).toBe(0);
    });

    test('what was lost is said', async () => {
      const code = await bundle('test/pages/seedSession.ts');
      const seed = {
        toString: () =>
          `() => { ${code}; return globalThis.seedSession({ session: 'lossy', events: 100, size: 40, lost: 7 }); }`,
      };
      await panel.evaluate(seed as unknown as () => void);
      // The panel looks at its sessions when something happens.
      await browser.driver.page.goto(
        page(`<script>fetch('/events?n=1&lossy').then((r) => r.text())</script>`),
      );
      await waitFor('the session in the list', () =>
        panel.evaluate(() => document.querySelector('.sessions option[value=lossy]') !== null),
      );
      await panel.evaluate(() => {
        const select = document.querySelector<HTMLSelectElement>('.sessions')!;
        select.value = 'lossy';
        select.dispatchEvent(new Event('change', { bubbles: true }));
      });
      await waitFor('the notice', async () =>
        (await textOf(panel, '.notices')).includes('7 events or chunks of this session were lost'),
      );
      await waitFor('its rows', async () => (await tableRows(panel)).length > 5);
    });
  });
}
