import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Doc, type Launch, startRecording, storeWhere, useBrowser } from '../support/driver.ts';
import { numberedEvents, startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

/** What is kept: found again, named, pinned, deleted; and saved as files. */
export function libraryTests(launch: Launch): void {
  const browser = useBrowser(launch);
  let server: TestServer;
  let panel: Doc;

  beforeAll(async () => {
    server = await startTestServer();
    const { driver } = browser;
    await driver.page.goto(`${server.url}/page?title=First&token=geheim`);
    panel = await startRecording(driver);
    await driver.page.evaluate(() =>
      fetch('/events?n=3&password=geheim').then((response) => response.text()),
    );
    await storeWhere(driver, 'the first session', ({ sessions }) => sessions[0]?.events === 3);
    await driver.page.goto(`${server.url}/page?title=Second`);
    await driver.page.evaluate(() => fetch('/events?n=200&second').then((response) => response.text()));
    await storeWhere(driver, 'the second session', ({ sessions }) => sessions[1]?.events === 200);
    await waitFor('its rows', () =>
      panel.evaluate(() => document.querySelector('.table-foot')?.textContent === '200 entries'),
    );
    // A saved file is looked at instead of being handed to the browser.
    await panel.evaluate(() => {
      const saved: { name: string; blob: Blob | undefined }[] = [];
      Object.assign(globalThis, { saved });
      let blob: Blob | undefined;
      URL.createObjectURL = (object) => {
        blob = object as Blob;
        return 'blob:saved';
      };
      HTMLAnchorElement.prototype.click = function () {
        saved.push({ name: this.download, blob });
      };
    });
  });
  afterAll(() => server.close());

  // The panel is in a tab behind the page: no mouse gets there.
  const click = (selector: string) =>
    panel.evaluate((s) => document.querySelector<HTMLElement>(s)!.click(), selector);

  async function closeDialog(): Promise<void> {
    await click('.dialog-head button');
    await waitFor('its end', () => panel.evaluate(() => document.querySelector('dialog') === null));
  }

  async function exported(item: string): Promise<{ name: string; text: string }> {
    await click('.menu-button[title=Export]');
    await panel.evaluate((item) => {
      const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
      items.find((one) => one.textContent?.includes(item))!.click();
    }, item);
    return waitFor('the file', () =>
      panel.evaluate(async () => {
        const { saved } = globalThis as unknown as { saved: { name: string; blob: Blob }[] };
        const last = saved.pop();
        return last && { name: last.name, text: await last.blob.text() };
      }),
    );
  }
  const pick = (session: string) =>
    panel.evaluate((id) => {
      const select = document.querySelector<HTMLSelectElement>('.sessions')!;
      select.value = id;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }, session);

  test('a session as HAR: every byte, every event, and no secret', async () => {
    const { sessions } = await browser.driver.dump();
    await pick(sessions[0]!.id);
    await waitFor('its stream', () =>
      panel.evaluate(() => document.querySelector('.table-foot')?.textContent === '3 entries'),
    );
    const { name, text } = await exported('Session as HAR');
    expect(name).toMatch(/^127\.0\.0\.1.*-page \d{4}-\d\d-\d\d .*\.har$/);
    expect(text).not.toContain('geheim');
    const { log } = JSON.parse(text);
    expect(log.entries).toHaveLength(1);
    expect(log.entries[0].response.content.text).toBe(numberedEvents(3));
    expect(log.entries[0]._eventSourceMessages.map((one: { data: string }) => one.data)).toEqual([
      '1',
      '2',
      '3',
    ]);
    expect(log.entries[0].request.headers.length).toBeGreaterThan(2);
    await pick('');
    await waitFor('this tab again', () =>
      panel.evaluate(() => document.querySelector('.table-foot')?.textContent === '200 entries'),
    );
  });

  test('a stream as raw bytes', async () => {
    const { name, text } = await exported('raw bytes');
    expect(name).toMatch(/-events .*\.sse$/);
    expect(text).toBe(numberedEvents(200));
  });

  test('the rows that a filter leaves, as NDJSON, CSV and Parquet, and as SQL', async () => {
    await panel.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('.filter')!;
      input.value = '/^19\\d$/';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await waitFor('ten rows', () =>
      panel.evaluate(() => document.querySelector('.table-foot')?.textContent === '10 of 200 entries'),
    );
    const lines = (await exported('rows on show as NDJSON')).text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).data)).toEqual(
      Array.from({ length: 10 }, (_, i) => String(190 + i)),
    );
    const csv = (await exported('rows on show as CSV')).text.trim().split('\r\n');
    expect(csv).toHaveLength(11);
    expect(csv[1]).toMatch(/,tick,190,190$/);

    await click('.menu-button[title=Export]');
    await panel.evaluate(() => {
      const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
      items.find((one) => one.textContent?.includes('rows on show as Parquet'))!.click();
    });
    const file = await waitFor('the file', () =>
      panel.evaluate(async () => {
        const { saved } = globalThis as unknown as { saved: { name: string; blob: Blob }[] };
        const last = saved.pop();
        return (
          last && { name: last.name, bytes: [...new Uint8Array(await last.blob.arrayBuffer())].join(' ') }
        );
      }),
    );
    expect(file.name).toMatch(/\.parquet$/);
    const rows = await parquetReadObjects({ file: Uint8Array.from(file.bytes.split(' '), Number).buffer });
    expect(rows.map(({ n, kind, data }) => [Number(n), kind, data])).toEqual(
      Array.from({ length: 10 }, (_, i) => [190 + i, 'event', String(190 + i)]),
    );

    await panel.evaluate(() => {
      const clipboard = {
        writeText: async (text: string) => void Object.assign(globalThis, { copied: text }),
      };
      Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
    });
    await click('.menu-button[title=SQL]');
    await panel.evaluate(() => {
      const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
      items.find((one) => one.textContent?.includes('Copy SQL for DuckDB'))!.click();
    });
    const sql = await waitFor('what is copied', () =>
      panel.evaluate(() => (globalThis as unknown as { copied?: string }).copied),
    );
    expect(sql).toContain(
      `where endpoint = 'GET ${new URL(server.url).host}/events'\n  and (regexp_matches(type, '(?-s)^19\\d$')`,
    );
    await panel.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('.filter')!;
      input.value = '';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  });

  test('a session gets a name and a note, by which it is found; it is pinned, and opened', async () => {
    await click('[data-action=library]');
    const { sessions } = await browser.driver.dump();
    const first = `[data-session="${sessions[0]!.id}"]`;
    await waitFor('both', () =>
      panel.evaluate(() => document.querySelectorAll('.library-list li').length === 2),
    );
    for (const [field, value] of [
      ['name', 'Broken checkout'],
      ['note', 'see ticket 12'],
    ]) {
      await panel.evaluate(
        (selector, value) => {
          const input = document.querySelector<HTMLInputElement>(selector)!;
          input.value = value;
          input.dispatchEvent(new Event('change', { bubbles: true }));
        },
        `${first} .${field}-field`,
        value!,
      );
    }
    await click(`${first} [aria-pressed]`);
    await storeWhere(browser.driver, 'what was said of it', (store) => {
      const [session] = store.sessions;
      return (
        session?.name === 'Broken checkout' && session.note === 'see ticket 12' && session.pinned === true
      );
    });
    await panel.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('.library-bar input')!;
      input.value = 'TICKET checkout';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await waitFor('one', () =>
      panel.evaluate(() => document.querySelectorAll('.library-list li').length === 1),
    );
    await click(`${first} [data-action=open]`);
    await waitFor('its entries', () =>
      panel.evaluate(
        () =>
          document.querySelector('dialog') === null &&
          document.querySelector('.table-foot')?.textContent === '3 entries',
      ),
    );
    expect(
      await panel.evaluate(
        (id) => document.querySelector(`.sessions option[value="${id}"]`)?.textContent ?? '',
        sessions[0]!.id,
      ),
    ).toContain('Broken checkout');
  });

  test('a deleted session can be had back for a while; then nothing of it is left', async () => {
    const { sessions } = await browser.driver.dump();
    const first = `[data-session="${sessions[0]!.id}"]`;
    const gone = () => panel.evaluate((s) => document.querySelector(s) === null, first);
    await click('[data-action=library]');
    await waitFor('the list', async () => !(await gone()));
    // The one that is being recorded cannot go.
    expect(
      await panel.evaluate(
        (s) => document.querySelector<HTMLButtonElement>(s)!.disabled,
        `[data-session="${sessions[1]!.id}"] [data-action=delete]`,
      ),
    ).toBe(true);
    await click(`${first} [data-action=delete]`);
    await waitFor('it to be gone', gone);
    await click('[data-action=undo]');
    await waitFor('it to be back', async () => !(await gone()));
    expect((await browser.driver.dump()).sessions).toHaveLength(2);
    await click(`${first} [data-action=delete]`);
    await waitFor('it to be gone', gone);
    // Closing the window settles it.
    await closeDialog();
    const store = await storeWhere(browser.driver, 'one session', (one) => one.sessions.length === 1);
    expect(store.exchanges.every((one) => one.session === store.sessions[0]!.id)).toBe(true);
    await waitFor('this tab', () =>
      panel.evaluate(() => document.querySelector('.table-foot')?.textContent === '200 entries'),
    );
  });

  /** Opens the library, and hands it a file as a person would choose it. */
  async function choose(name: string, content: string): Promise<void> {
    if (await panel.evaluate(() => document.querySelector('dialog') === null))
      await click('[data-action=library]');
    await waitFor('the library', () =>
      panel.evaluate(() => document.querySelector('.import input') !== null),
    );
    await panel.evaluate(
      (name, content) => {
        const data = new DataTransfer();
        data.items.add(new File([content], name));
        const input = document.querySelector<HTMLInputElement>('.import input')!;
        input.files = data.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      name,
      content,
    );
  }

  test('an exported session comes back from its file, as it was', async () => {
    const { text } = await exported('Session as HAR');
    const before = await browser.driver.dump();
    const old = before.exchanges.find(({ url }) => url.includes('second'))!;
    await choose('mine.har', text);
    await waitFor('its entries', () =>
      panel.evaluate(
        () =>
          document.querySelector('dialog') === null &&
          document.querySelector('.table-foot')?.textContent === '200 entries' &&
          document.querySelector<HTMLSelectElement>('.sessions')!.value !== '',
      ),
    );
    const after = await browser.driver.dump();
    expect(after.sessions).toHaveLength(before.sessions.length + 1);
    const session = after.sessions.find(({ name }) => name === 'mine.har')!;
    const exchange = after.exchanges.find((one) => one.session === session.id)!;
    expect(exchange).toMatchObject({
      sha256: old.sha256,
      chunks: old.chunks,
      kinds: old.kinds,
      fidelity: old.fidelity,
    });
    expect(session).toMatchObject({ events: 200, streams: 1 });
    await pick('');
  });

  test('the bytes of a stream, as a file of their own', async () => {
    await choose('raw.sse', 'id: 7\nevent: tick\ndata: from a file\n\n: beat\n\n');
    // What it does not hold is said before it is shown.
    await waitFor('what is missing', () =>
      panel.evaluate(
        () => document.querySelector('.import')?.textContent?.includes('does not tell when') === true,
      ),
    );
    await closeDialog();
    await waitFor('its rows', () =>
      panel.evaluate(
        () => document.querySelector('.table-body [data-column=data]')?.textContent === 'from a file',
      ),
    );
    expect(await panel.evaluate(() => document.querySelector('.stream-head')?.textContent)).toContain(
      'times estimated',
    );
    await pick('');
  });

  test('a file that is none is answered by a sentence, and leaves nothing behind', async () => {
    const before = (await browser.driver.dump()).sessions.length;
    for (const [content, sentence] of [
      ['{"log":{"entries":[', 'cut off'],
      ['<html>', 'neither a HAR file nor an event stream'],
      ['{"log":{"entries":[{}]}}', 'no event stream in this file'],
    ] as const) {
      await choose('bad.har', content);
      await waitFor(sentence, () =>
        panel.evaluate(
          (part) => document.querySelector('.import')?.textContent?.includes(part) === true,
          sentence,
        ),
      );
    }
    await closeDialog();
    expect((await browser.driver.dump()).sessions).toHaveLength(before);
  });

  test('of a file that is cut off, what comes before that is read when it is wanted', async () => {
    const { text } = await exported('Session as HAR');
    const before = (await browser.driver.dump()).sessions.length;
    await choose('cut.har', text.slice(0, text.indexOf('data: 7') + 30));
    await waitFor('the offer', () =>
      panel.evaluate(
        () =>
          document.querySelector('.import')?.textContent?.includes('cut off') === true &&
          document.querySelector('[data-action=salvage]') !== null,
      ),
    );
    expect((await browser.driver.dump()).sessions).toHaveLength(before);
    await click('[data-action=salvage]');
    await waitFor('what is said of it', () =>
      panel.evaluate(
        () => document.querySelector('.import')?.textContent?.includes('before that was read') === true,
      ),
    );
    await closeDialog();
    await waitFor('its rows', () =>
      panel.evaluate(() => Number(document.querySelector('.table-foot')?.textContent?.split(' ')[0]) >= 7),
    );
    await pick('');
  });

  test('HTML in every string of a file is shown as it is written, and is never HTML', async () => {
    const html = '<img src=x onerror="document.title=1">';
    const entry = {
      _resourceType: 'eventsource',
      _initiator: html,
      startedDateTime: html,
      serverIPAddress: html,
      request: { method: html, url: html, httpVersion: html, headers: [{ name: html, value: html }] },
      response: {
        status: 200,
        _error: html,
        headers: [
          { name: 'content-type', value: 'text/event-stream' },
          { name: html, value: html },
        ],
        content: { mimeType: html, text: `id: ${html}\nevent: ${html}\ndata: ${html}\n\n` },
      },
    };
    await choose('html.har', JSON.stringify({ log: { pages: [{ title: html }], entries: [entry] } }));
    await waitFor('its row', () =>
      panel.evaluate(
        (html) =>
          document.querySelector('dialog') === null &&
          document.querySelector('.table-body [data-column=data]')?.textContent === html,
        html,
      ),
    );
    await click('.table-body [data-column=data]');
    for (const tab of ['http', 'health', 'timeline', 'statistics', 'replay', 'events']) {
      await click(`[data-tab=${tab}]`);
      expect(await panel.evaluate(() => document.querySelectorAll('img').length)).toBe(0);
    }
    await pick('');
  });

  test('a file that is dropped on the panel is opened', async () => {
    await panel.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['data: dropped\n\n'], 'dropped.sse'));
      document
        .querySelector('.app')!
        .dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await waitFor('it', () =>
      panel.evaluate(
        () => document.querySelector('.table-body [data-column=data]')?.textContent === 'dropped',
      ),
    );
    await closeDialog();
    await pick('');
  });

  test('an import whose panel is closed leaves nothing behind', async () => {
    const before = (await browser.driver.dump()).sessions.length;
    const other = await browser.driver.panelPage();
    await waitFor('the other panel', () =>
      other.evaluate(() => document.querySelector('[data-action=library]') !== null),
    );
    await other.evaluate(() => {
      document.querySelector<HTMLElement>('[data-action=library]')!.click();
    });
    await waitFor('its library', () =>
      other.evaluate(() => document.querySelector('.import input') !== null),
    );
    await other.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File([`data: ${'x'.repeat(990)}\n\n`.repeat(60_000)], 'orphan.sse'));
      const input = document.querySelector<HTMLInputElement>('.import input')!;
      input.files = data.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await storeWhere(browser.driver, 'a part of it', (one) => one.sessions.length > before);
    await other.evaluate(() => setTimeout(() => location.replace('about:blank')));
    const store = await storeWhere(browser.driver, 'nothing of it', (one) => one.sessions.length === before);
    expect(store.exchanges.some(({ url }) => url.includes('orphan'))).toBe(false);
  });

  test('two panels: what one deletes while the other shows it is gone from both', async () => {
    await choose('twice.sse', 'data: twice\n\n');
    await waitFor('it', () =>
      panel.evaluate(() => document.querySelector('.table-body [data-column=data]')?.textContent === 'twice'),
    );
    await closeDialog();
    const { sessions } = await browser.driver.dump();
    const { id } = sessions.find(({ name }) => name === 'twice.sse')!;
    const other = await browser.driver.panelPage();
    await waitFor('the other panel', () =>
      other.evaluate((id) => document.querySelector(`.sessions option[value="${id}"]`) !== null, id),
    );
    // Both at once: the one deletes, the other describes what is being deleted.
    await other.evaluate(() => document.querySelector<HTMLElement>('[data-action=library]')!.click());
    await waitFor('its library', () =>
      other.evaluate((id) => document.querySelector(`[data-session="${id}"]`) !== null, id),
    );
    await click('[data-action=library]');
    await waitFor('the library', () =>
      panel.evaluate((id) => document.querySelector(`[data-session="${id}"]`) !== null, id),
    );
    await other.evaluate(
      (id) => document.querySelector<HTMLElement>(`[data-session="${id}"] [data-action=delete]`)!.click(),
      id,
    );
    await click(`[data-session="${id}"] [data-action=delete]`);
    await closeDialog();
    await other.evaluate(() => document.querySelector<HTMLElement>('.dialog-head button')!.click());
    const store = await storeWhere(
      browser.driver,
      'it to be gone',
      (one) => !one.sessions.some((session) => session.id === id),
    );
    expect(store.exchanges.some((one) => one.session === id)).toBe(false);
    for (const one of [panel, other]) {
      await waitFor('the tab’s own session', () =>
        one.evaluate(
          (id) =>
            document.querySelector(`.sessions option[value="${id}"]`) === null &&
            document.querySelector('.table-foot')?.textContent === '200 entries',
          id,
        ),
      );
    }
    await other.evaluate(() => setTimeout(() => location.replace('about:blank')));
  });

  test('whether a tab is recorded when DevTools open is the user’s choice', async () => {
    await click('[data-action=library]');
    await waitFor('the choice', () =>
      panel.evaluate(
        () => document.querySelector<HTMLInputElement>('[data-action=record-on-open]')?.checked === true,
      ),
    );
    await click('[data-action=record-on-open]');
    await browser.driver.stopBackground();
    await waitFor('it to be remembered', () =>
      panel.evaluate(
        () => document.querySelector<HTMLInputElement>('[data-action=record-on-open]')?.checked === false,
      ),
    );
    await closeDialog();
  });

  test('parts of the data are masked, as the preview says', async () => {
    await click('.menu-button[title=Export]');
    await panel.evaluate(() => {
      const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
      items.find((one) => one.textContent?.includes('What is left out'))!.click();
    });
    await waitFor('the window', () =>
      panel.evaluate(() => document.querySelector('.secrets .masks') !== null),
    );
    const write = (text: string) =>
      panel.evaluate((text) => {
        const area = document.querySelector<HTMLTextAreaElement>('.masks')!;
        area.value = text;
        area.dispatchEvent(new Event('input', { bubbles: true }));
      }, text);
    await write('foo');
    await waitFor('what is wrong', () =>
      panel.evaluate(
        () => document.querySelector('.secrets .head-error')?.textContent?.startsWith('Line 1') === true,
      ),
    );
    await write('/19\\d/');
    await waitFor('what changes', () =>
      panel.evaluate(
        () =>
          document.querySelector('.secrets-preview')?.textContent?.includes('10 of the first 200 events') ===
            true && document.querySelector('.secrets-preview dd')?.textContent === '190',
      ),
    );
    await closeDialog();
    const { text } = await exported('Session as HAR');
    const { log } = JSON.parse(text);
    expect(log._sse.masked).toBe(true);
    expect(log.entries[0].response.content.text).toContain('event: tick\nid: 190\ndata: xxx\n');
    expect(log.entries[0].response.content.text).toHaveLength(numberedEvents(200).length);
    expect((await exported('Events of this stream as NDJSON')).text).not.toMatch(/"data":"19\d/);
    await panel.evaluate(() => localStorage.removeItem('export.masks'));
  });

  test('an import that is cancelled leaves nothing behind', async () => {
    const before = (await browser.driver.dump()).sessions.length;
    await click('[data-action=library]');
    await waitFor('the library', () =>
      panel.evaluate(() => document.querySelector('.import input') !== null),
    );
    await panel.evaluate(() => {
      // As soon as there is something to cancel.
      const observer = new MutationObserver(() => {
        const cancel = document.querySelector<HTMLElement>('.import [role=status] button');
        if (!cancel) return;
        observer.disconnect();
        cancel.click();
        Object.assign(globalThis, { cancelled: true });
      });
      observer.observe(document.querySelector('.import')!, { subtree: true, childList: true });
      const data = new DataTransfer();
      data.items.add(new File([`data: ${'x'.repeat(990)}\n\n`.repeat(60_000)], 'big.sse'));
      const input = document.querySelector<HTMLInputElement>('.import input')!;
      input.files = data.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await waitFor('the cancelling', () =>
      panel.evaluate(
        () =>
          'cancelled' in globalThis &&
          document.querySelector('.import')?.textContent?.includes('Or drop one here') === true,
      ),
    );
    const store = await storeWhere(browser.driver, 'nothing of it', (one) => one.sessions.length === before);
    expect(store.sessions.some(({ name }) => name === 'big.sse')).toBe(false);
    await closeDialog();
  });

  test('what does not fit the budget goes, the oldest first, and is told of; what is pinned stays', async () => {
    await panel.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('sse-scope');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const store = db.transaction('sessions', 'readwrite').objectStore('sessions');
      for (const [id, pinned] of [
        ['huge', false],
        ['dear', true],
      ] as const) {
        const session = {
          id,
          url: '',
          title: id,
          startedAt: 1,
          endedAt: 2,
          streams: 0,
          events: 0,
          bytes: 3e8,
          lost: 0,
          pinned,
        };
        await new Promise((resolve) => {
          store.put(session).onsuccess = resolve;
        });
      }
      db.close();
    });
    await click('[data-action=library]');
    await waitFor('the budget', () =>
      panel.evaluate(() => document.querySelector('[data-action=budget]') !== null),
    );
    await panel.evaluate(() => {
      const select = document.querySelector<HTMLSelectElement>('[data-action=budget]')!;
      select.value = String(256 << 20);
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    const store = await storeWhere(
      browser.driver,
      'room',
      ({ sessions }) => !sessions.some(({ id }) => id === 'huge'),
    );
    expect(store.sessions.some(({ id }) => id === 'dear')).toBe(true);
    await waitFor('what went', () =>
      panel.evaluate(() => /went to make room/.test(document.querySelector('dialog')?.textContent ?? '')),
    );
    // The pinned one alone is more than there is room for: nothing more is recorded, and it is said why.
    const notice = () =>
      panel.evaluate(() => document.querySelector('[data-notice=storage]')?.textContent ?? '');
    await waitFor('the reason', async () => /space for recordings is used up/.test(await notice()));
    await panel.evaluate(() => {
      const select = document.querySelector<HTMLSelectElement>('[data-action=budget]')!;
      select.value = String(1 << 30);
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await waitFor('room again', async () => (await notice()) === '');
    await closeDialog();
    await click('[title="Record the event streams of this tab"]');
    await waitFor('the recording', () =>
      panel.evaluate(() => document.querySelector('.icon-button.recording') !== null),
    );
  });

  test('when the browser takes the storage away, the panel says what is left, and recording goes on', async () => {
    await panel.evaluate(
      () =>
        void setTimeout(() => {
          indexedDB.deleteDatabase('sse-scope');
        }),
    );
    // The panel loads itself anew, over an empty store.
    await waitFor('an empty list', () =>
      panel.evaluate(
        () =>
          document.querySelectorAll('.sessions option').length === 1 &&
          document.querySelector('.screen, .table-foot') !== null,
      ),
    );
    await browser.driver.page.evaluate(() => fetch('/events?n=7&after').then((response) => response.text()));
    await storeWhere(
      browser.driver,
      'what came after',
      ({ sessions, exchanges }) =>
        sessions.length === 1 && exchanges.some(({ url, events }) => url.includes('after') && events === 7),
    );
    await waitFor('it on show', () =>
      panel.evaluate(() => document.querySelector('.table-foot')?.textContent === '7 entries'),
    );
  });
}
