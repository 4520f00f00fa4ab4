import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Doc, type Launch, useBrowser } from '../support/driver.ts';
import { startTestServer, type TestServer } from '../support/testServer.ts';
import { waitFor } from '../support/waitFor.ts';

const textOf = (panel: Doc, selector: string) =>
  panel.evaluate((s) => document.querySelector(s)?.textContent ?? '', selector);

/** What streams say as a whole, in the panel of the real DevTools. */
export function assembledTests(launch: Launch): void {
  const browser = useBrowser(launch, { devtools: true });
  let server: TestServer;
  let panel: Doc;

  const post = (url: string, body: object) =>
    browser.driver.page.evaluate(
      (url, body) =>
        fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
          body,
        }).then((response) => response.text()),
      url,
      JSON.stringify(body),
    );

  async function show(part: string): Promise<void> {
    const selector = await waitFor(`a stream ${part}`, () =>
      panel.evaluate((text) => {
        const rows = [...document.querySelectorAll<HTMLElement>('.stream-row')];
        const row = rows.findLast((one) => one.title.includes(text));
        return row && `#${row.id}`;
      }, part),
    );
    await panel.click(selector);
    await waitFor('it to be chosen', () =>
      panel.evaluate((s) => document.querySelector(s)?.getAttribute('aria-selected') === 'true', selector),
    );
  }

  async function openAssembled(status: string): Promise<void> {
    await waitFor('the tab', () =>
      panel.evaluate(() => document.querySelector('[data-tab=assembled]') !== null),
    );
    await panel.click('[data-tab=assembled]');
    await waitFor(`the verdict ${status}`, () =>
      panel.evaluate((s) => document.querySelector(`.verdict[data-status=${s}]`) !== null, status),
    );
  }

  beforeAll(async () => {
    server = await startTestServer();
    await browser.driver.page.goto(`${server.url}/page`);
    panel = await browser.driver.openPanel();
  });
  afterAll(() => server.close());

  test('a message: verdict, model, tokens, text', async () => {
    await post('/v1/messages', { model: 'm' });
    await show('/v1/messages');
    await openAssembled('complete');
    expect(await textOf(panel, '.verdict')).toBe('Anthropic message by m: complete (end_turn)');
    expect(await textOf(panel, '.answer pre.text')).toBe('Hello, world!');
    expect(await textOf(panel, '.assembled .figures')).toMatch(/Tokens in1Tokens out4/);
  });

  test('a word leads to the event that brought it', async () => {
    await panel.evaluate(() => {
      const text = document.querySelector('.answer pre.text')!.firstChild!;
      getSelection()!.setBaseAndExtent(text, 7, text, 12);
      text.parentElement!.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    });
    await waitFor('the event', async () => (await textOf(panel, '.detail .detail-facts')).startsWith('#5'));
    expect(await textOf(panel, '.detail-body')).toContain('world!');
  });

  test('an answer that ends without its terminal is said to be cut', async () => {
    await post('/v1/chat/completions', { model: 'm', stream: true });
    await show('/v1/chat/completions');
    await openAssembled('truncated');
    expect(await textOf(panel, '.answer pre.text')).toBe('Hello, world!');
    expect(await textOf(panel, '.assembled-notes')).toContain('no terminal');
  });

  test('calls of MCP are listed', async () => {
    await post('/mcp', { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    await show('/mcp');
    await openAssembled('complete');
    expect(await textOf(panel, '.calls tbody')).toContain('initialize');
  });

  test('a stream without a meaning has no such tab, and shows its events', async () => {
    await browser.driver.page.evaluate(() => {
      new EventSource('/events?n=3').onmessage = () => {};
    });
    await show('/events?n=3');
    await waitFor('no tab', () =>
      panel.evaluate(() => document.querySelector('[data-tab=assembled]') === null),
    );
    await waitFor('the events', () => panel.evaluate(() => document.querySelector('.table-body') !== null));
  });
}
