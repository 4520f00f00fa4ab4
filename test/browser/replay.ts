import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDemo } from '../../demo/server/app.ts';
import { createMockServer, type MockServer } from '../../src/node/mock/createMockServer.ts';
import { SERVE_COMMAND } from '../../src/shared/replay/serveCommand.ts';
import {
  type Doc,
  type Launch,
  startRecording,
  storeWhere,
  switchWireOn,
  useBrowser,
} from '../support/driver.ts';
import { waitFor } from '../support/waitFor.ts';

/** The demo dashboard, recorded and played back to itself when its server is gone. */
export function replayTests(launch: Launch): void {
  const browser = useBrowser(launch);
  let demo: FastifyInstance;
  let rest: Server | undefined;
  let mock: MockServer;
  let panel: Doc;
  let url = '';
  let session = '';
  let answer = '';

  beforeAll(async () => {
    mock = await createMockServer();
    demo = createDemo({
      pageFolder: 'dist/demo',
      stocksEvery: 40,
      tokenEvery: 15,
      heartbeatEvery: 200,
      maxBacklog: 200_000,
    });
    url = await demo.listen({ host: '127.0.0.1', port: 0 });
    const { driver } = browser;
    await driver.page.goto(`${url}/`);
    panel = await startRecording(driver);
    await switchWireOn(driver, panel);
    // From its first connection on, by the wire.
    await driver.page.goto(`${url}/?recorded`);
    await ask();
    answer = await driver.page.evaluate(() => document.getElementById('answer')!.textContent ?? '');
    expect(answer.length).toBeGreaterThan(20);
    const store = await storeWhere(driver, 'the dashboard', ({ sessions, exchanges }) => {
      const last = sessions.at(-1);
      const own = exchanges.filter((one) => one.session === last?.id);
      return (
        own.some(({ url, events }) => url.endsWith('/api/stocks') && events > 60) &&
        own.some(({ url, end }) => url.endsWith('/api/chat') && end === 'end')
      );
    });
    session = store.sessions.at(-1)!.id;
    await click('.toolbar .icon-button');
    await storeWhere(driver, 'its end', ({ sessions }) => sessions.at(-1)!.endedAt !== undefined);
    await demo.close();
    // Its page is still there, its streams are not.
    rest = createServer(async (request, response) => {
      const path = new URL(request.url ?? '/', url).pathname;
      const file = path === '/' ? 'index.html' : path.slice(1);
      const type = { html: 'text/html', css: 'text/css', js: 'text/javascript' }[file.split('.').at(-1)!];
      const body =
        type && !file.includes('..')
          ? await readFile(join('dist/demo', file)).catch(() => undefined)
          : undefined;
      response.writeHead(body ? 200 : 503, { 'content-type': type ?? 'text/plain' });
      response.end(body ?? 'gone');
    });
    await new Promise<void>((resolve) => rest!.listen(Number(new URL(url).port), '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await mock.close();
    rest?.closeAllConnections();
    rest?.close();
  });

  const click = (selector: string) =>
    panel.evaluate((s) => document.querySelector<HTMLElement>(s)!.click(), selector);
  const write = (field: string, value: string) =>
    panel.evaluate(
      (field, value) => {
        const input = document.querySelector<HTMLInputElement>(`[data-field=${field}]`)!;
        input.value = value;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      field,
      value,
    );
  const says = (what: string, selector: string, pattern: RegExp) =>
    waitFor(what, () =>
      panel.evaluate(
        (selector, source) => new RegExp(source).test(document.querySelector(selector)?.textContent ?? ''),
        selector,
        pattern.source,
      ),
    );
  /** Rules that are left in the browser. */
  const rules = () =>
    panel.evaluate(async () => (await chrome.declarativeNetRequest.getSessionRules()).length);

  /** Streams that the background knows to be redirected. */
  const redirected = () =>
    panel.evaluate(() => Number(document.querySelector('.replay')?.getAttribute('data-redirected') ?? 0));

  /** Asks the chat, and waits for all of the answer. */
  async function ask(): Promise<void> {
    await waitFor('the page', () =>
      browser.driver.page.evaluate(() => document.querySelectorAll('#stocks tr').length > 0),
    );
    await browser.driver.page.evaluate(() =>
      document.querySelector<HTMLFormElement>('#chat')!.requestSubmit(),
    );
    await waitFor('the answer', () =>
      browser.driver.page.evaluate(
        () =>
          document.getElementById('answer')!.textContent !== '' &&
          document.querySelector<HTMLButtonElement>('#chat-stop')!.disabled,
      ),
    );
  }

  test('a server that is not there, or wants another token, is answered by a sentence', async () => {
    await panel.evaluate((id) => {
      const select = document.querySelector<HTMLSelectElement>('.sessions')!;
      select.value = [...select.options].some(({ value }) => value === id) ? id : '';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }, session);
    await waitFor('the tab', () =>
      panel.evaluate(() => document.querySelector('[data-tab=replay]') !== null),
    );
    await click('[data-tab=replay]');
    await waitFor('the form', () =>
      panel.evaluate(() => document.querySelector('[data-field=token]') !== null),
    );
    expect(
      await panel.evaluate(() => document.querySelector('.replay-form .page-bar code')?.textContent),
    ).toBe(SERVE_COMMAND);
    await write('address', 'http://127.0.0.1:1');
    await write('token', 'x');
    await click('.replay-form [type=submit]');
    await says('nobody there', '.replay-form [role=alert]', /Nothing answers at http:\/\/127\.0\.0\.1:1/);
    await write('address', url);
    await click('.replay-form [type=submit]');
    await says('somebody else', '.replay-form [role=alert]', /no mock server of SSE Scope/);
    await write('address', mock.url);
    await click('.replay-form [type=submit]');
    await says('another token', '.replay-form [role=alert]', /token is another one/);
  });

  test('the dashboard shows the same again, byte for byte, from the mock server', async () => {
    await write('token', mock.token);
    await click('.replay-form [type=submit]');
    await waitFor('the choice', () =>
      panel.evaluate(() => document.querySelector('[data-action=replay]') !== null),
    );
    await write('faults', 'explode');
    await click('[data-action=replay]');
    await says('what is wrong', '.replay > [role=alert]', /explode|additional properties/);
    await write('faults', '');
    await click('[data-action=replay]');
    await waitFor('stocks, from the mock', async () =>
      mock.clients.some(({ path }) => path === '/api/stocks'),
    );
    expect(await rules()).toBeGreaterThan(2);
    await ask();
    expect(await browser.driver.page.evaluate(() => document.getElementById('answer')!.textContent)).toBe(
      answer,
    );
    await waitFor(
      'stocks',
      async () => (mock.clients.find(({ path }) => path === '/api/stocks')?.events ?? 0) > 60,
    );
    // What the page got is what it had got.
    const verdicts = () =>
      panel.evaluate(() =>
        [...document.querySelectorAll('.replay-compare li')].map((line) => line.textContent ?? ''),
      );
    let lines: string[] = [];
    await waitFor('the comparison', async () => {
      lines = await verdicts();
      return ['/api/stocks', '/api/news', '/api/events', '/api/chat'].every((path) =>
        lines.some(
          (line) => line.includes(path) && line.includes('all equal') && !line.includes('another one'),
        ),
      );
    }).catch((error: Error) => {
      throw new Error(`${error.message} It says: ${lines.join('; ')}`);
    });
    const { exchanges, streams } = await browser.driver.dump();
    // Its stream keeps the address that the page asked for.
    const asked = streams.filter((one) => one.url === `${url}/api/chat`).map(({ id }) => id);
    const chats = exchanges.filter((one) => asked.includes(one.stream) && one.end === 'end');
    expect(chats).toHaveLength(2);
    expect(chats[1]).toMatchObject({ sha256: chats[0]!.sha256, kinds: chats[0]!.kinds, method: 'POST' });
  });

  test('is held, stepped, and given events by hand', async () => {
    await click('[data-action=pause]');
    await waitFor(
      'it to hold',
      async () => mock.clients.length > 0 && mock.clients.every(({ paused }) => paused),
    );
    // From the beginning: it may have come to its end meanwhile.
    await panel.evaluate(() => {
      const range = document.querySelector<HTMLInputElement>('.seek input')!;
      range.value = '0';
      range.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await waitFor('the beginning', async () => mock.clients.every(({ position }) => position === 0));
    const before = mock.statistics.events;
    await click('[data-action=step]');
    await waitFor('a step', async () => mock.statistics.events > before);
    await write('type', 'notification');
    await write('data', '{"level":"info","text":"by hand"}');
    await click('[data-action=inject]');
    await waitFor('it on the page', () =>
      browser.driver.page.evaluate(() => document.body.textContent?.includes('by hand') === true),
    );
    await says(
      'the address of the page beside that of the mock',
      '.replay-table',
      new RegExp(`${url}/api/stocks.*${mock.url}/api/stocks`),
    );
  });

  test('is undone when it is stopped, and when the panel is closed', async () => {
    await click('[data-action=stop-replay]');
    await waitFor('no rules', async () => (await rules()) === 0);
    expect(mock.sessions).toEqual([]);
    await waitFor('the choice', () =>
      panel.evaluate(() => document.querySelector('[data-action=replay]') !== null),
    );
    await click('[data-action=replay]');
    await waitFor('rules', async () => (await rules()) > 0);
    // The background may be stopped at any time: what it forgets, the panel asks for again.
    await browser.driver.stopBackground();
    await waitFor('rules again', async () => (await rules()) > 0 && (await redirected()) > 0);
    const other = await browser.driver.panelPage();
    await panel.evaluate(() => setTimeout(() => location.replace('about:blank')));
    await waitFor('no rules', async () =>
      other.evaluate(async () => (await chrome.declarativeNetRequest.getSessionRules()).length === 0),
    );
  });
}
