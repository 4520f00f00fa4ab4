import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDemo } from '../../demo/server/app.ts';
import { type Doc, type Launch, switchWireOn, useBrowser } from '../support/driver.ts';
import { waitFor } from '../support/waitFor.ts';

const textOf = (panel: Doc, selector: string) =>
  panel.evaluate((s) => document.querySelector(s)?.textContent ?? '', selector);

/** What a column of the table shows, row by row. */
const column = (panel: Doc, name: string) =>
  panel.evaluate(
    (name) =>
      [...document.querySelectorAll(`.table-body [data-column=${name}]`)].map(
        (cell) => cell.textContent ?? '',
      ),
    name,
  );

const focused = (panel: Doc) => panel.evaluate(() => document.activeElement?.className ?? '');

/** A person who looks for what is wrong, with the mouse and by the keyboard, in the real DevTools. */
export function exploreTests(launch: Launch): void {
  const browser = useBrowser(launch, { devtools: true });
  let demo: ReturnType<typeof createDemo>;
  let panel: Doc;

  const control = (action: string, channel: string, ms = 0) =>
    browser.driver.page.evaluate(
      (body) =>
        fetch('/api/control', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        }).then((response) => response.ok),
      JSON.stringify({ action, channel, ms }),
    );
  const condition = (part: string) =>
    panel.evaluate((part) => {
      const rows = [...document.querySelectorAll<HTMLElement>('.stream-row')];
      return rows.find((row) => row.title.includes(part))?.querySelector('.condition')?.textContent ?? '';
    }, part);
  const rowOf = (part: string) =>
    panel.evaluate((part) => {
      const rows = [...document.querySelectorAll<HTMLElement>('.stream-row')];
      return `#${rows.find((row) => row.title.includes(part))?.id}`;
    }, part);

  /** Escape closes what is offered, and then clears. */
  async function clearFilter(): Promise<void> {
    const text = () => panel.evaluate(() => document.querySelector<HTMLInputElement>('.filter')!.value);
    const offered = () =>
      panel.evaluate(() => !document.querySelector<HTMLElement>('.filter-options')!.hidden);
    if (await offered()) {
      await panel.press('Escape');
      await waitFor('nothing offered', async () => !(await offered()));
    }
    await panel.press('Escape');
    await waitFor('no filter', async () => (await text()) === '');
  }

  beforeAll(async () => {
    demo = createDemo({ pageFolder: 'dist/demo', stocksEvery: 40, tokenEvery: 5, heartbeatEvery: 60_000 });
    const url = await demo.listen({ host: '127.0.0.1', port: 0 });
    const { driver } = browser;
    await driver.page.goto(`${url}/`);
    panel = await driver.openPanel();
    await switchWireOn(driver, panel);
    await driver.page.goto(`${url}/`);
    await waitFor('enough quotes to know what is usual', () =>
      panel.evaluate(() => {
        const rows = [...document.querySelectorAll<HTMLElement>('.stream-row')];
        const row = rows.find((one) => one.title.includes('/api/stocks'));
        return Number(row?.querySelector('.events')?.textContent ?? 0) > 20;
      }),
    );
    await control('stall', 'stocks', 3000);
    await control('drop', 'news');
    await waitFor('the stall to be seen', async () => (await condition('/api/stocks')).includes('silent'));
    await waitFor('the stall to be over', async () => (await condition('/api/stocks')).includes('1 stall'));
    await waitFor('the gap to be over', async () => (await condition('/api/news')).includes('1 gap'));
  });
  afterAll(() => demo.close());

  describe('with the mouse', () => {
    test('the list says which stream is ill; the timeline shows since when and for how long', async () => {
      await panel.click(await rowOf('/api/stocks'));
      await panel.click('[data-tab=timeline]');
      await waitFor('the lanes', () =>
        panel.evaluate(() => document.querySelectorAll('.lane-label').length === 3),
      );
      expect(await textOf(panel, '#lane-text')).toMatch(
        /api\/stocks: open, [\d,]+ entries, silent for [23]\.\d+ s at/,
      );
      expect(await textOf(panel, '#lane-text')).toMatch(/api\/news: open, [\d,]+ entries, .*gap, \d/);
      // The gap of the news is told with its cause.
      await panel.click(await rowOf('/api/news'));
      await panel.click('[data-tab=health]');
      await waitFor('the gap', async () =>
        /end|network|lost/.test(await textOf(panel, 'table.gaps tbody tr')),
      );
      expect(await textOf(panel, 'table.gaps tbody tr')).toContain('→ delivered');
    });

    test('it jumps to what went wrong, and zooms there', async () => {
      await panel.click('[data-tab=timeline]');
      await panel.click('[title="Show everything (0)"]');
      const said = () => textOf(panel, '.timeline > [role=status]');
      const go = async (way: 'next' | 'former') => {
        const before = await said();
        await panel.click(`[data-action=${way}-trouble]`);
        await waitFor('another one', async () => (await said()) !== before);
        return said();
      };
      const there: string[] = [];
      while (!there.at(-1)?.startsWith('No later')) there.push(await go('next'));
      expect(there.join('\n')).toMatch(/silent for [23]\./);
      expect(there.join('\n')).toMatch(/gap, \d/);
      const back: string[] = [];
      while (!back.at(-1)?.startsWith('No earlier')) back.push(await go('former'));
      expect(back.slice(0, -1).reverse()).toEqual(there.slice(0, -2));
      // At a moment, the timeline shows a part of a second, and does not go along with the clock.
      const point = there.findIndex((one) => one.startsWith('Error'));
      if (point < 0) return;
      await panel.click('[title="Show everything (0)"]');
      for (let i = 0; i <= point; i++) await panel.click('[data-action=next-trouble]');
      await waitFor('the error', async () => (await said()) === there[point]);
      await waitFor('a view that stands still', () =>
        panel.evaluate(
          () => document.querySelector('[title^="Let the view"]')?.getAttribute('aria-pressed') === 'false',
        ),
      );
    });

    test('a click on a lane chooses the entry in the table', async () => {
      await panel.click('[title="Show everything (0)"]');
      await waitFor('everything', () =>
        panel.evaluate(
          () => document.querySelector('[title^="Let the view"]')?.getAttribute('aria-pressed') === 'true',
        ),
      );
      const place = await panel.evaluate(() => {
        const labels = [...document.querySelectorAll<HTMLElement>('.lane-label')];
        return labels.findIndex((one) => one.title.includes('/api/stocks'));
      });
      await panel.evaluate((lane) => {
        const canvas = document.querySelector<HTMLElement>('.lane-canvas canvas')!;
        const box = canvas.getBoundingClientRect();
        const at = {
          pointerId: 1,
          bubbles: true,
          clientX: box.left + box.width * 0.9,
          clientY: box.top + 20 + lane * 38 + 19,
        };
        canvas.setPointerCapture = () => {};
        canvas.dispatchEvent(new PointerEvent('pointerdown', at));
        canvas.dispatchEvent(new PointerEvent('pointerup', at));
      }, place);
      await panel.click('[data-tab=events]');
      await waitFor('the chosen entry', async () =>
        /^#\d+ · quote/.test(await textOf(panel, '.detail-facts')),
      );
      expect(await textOf(panel, '.table-row[aria-selected=true] [data-column=type]')).toBe('quote');
    });

    test('its data is there as JSON, and against the one before', async () => {
      await waitFor('the JSON', async () => (await textOf(panel, '.json')).includes('symbol: "'));
      await panel.click('[data-detail=diff]');
      await waitFor('the difference', async () => /Against #\d+/.test(await textOf(panel, '.diff')));
      expect(await textOf(panel, '.diff-added')).toContain('"at": "');
      await panel.click('[data-detail=json]');
    });

    test('next and former event of the type, and a pin', async () => {
      const at = async () => Number(/^#(\d+)/.exec(await textOf(panel, '.detail-facts'))?.[1]);
      const before = await at();
      await panel.click('.detail [title^="Next "]');
      await waitFor('the next', async () => (await at()) > before);
      await panel.click('.detail [title^="Former "]');
      await waitFor('the former', async () => (await at()) === before);
      await panel.click('.detail [title^="Pin it"]');
      await waitFor('the pin', async () => (await textOf(panel, '.table-row.pinned')).includes('pinned'));
      await panel.click('.detail .close');
    });

    test('a click on a column sorts, a third one takes it back', async () => {
      const heads = () =>
        panel.evaluate(() =>
          [...document.querySelectorAll('[role=columnheader]')].map((one) => one.getAttribute('aria-sort')),
        );
      await panel.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('.sort')]
          .find((one) => one.textContent === 'Type')!
          .click(),
      );
      await waitFor('types in order', async () => {
        const types = (await column(panel, 'type')).filter((one) => one !== 'comment' && one !== 'retry');
        return types.length > 3 && types.join() === types.toSorted().join();
      });
      expect(await heads()).toContain('ascending');
      for (const _ of [1, 2]) {
        await panel.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('.sort')]
            .find((one) => one.textContent!.startsWith('Type'))!
            .click(),
        );
      }
      expect(new Set(await heads())).toEqual(new Set(['none']));
    });

    test('columns can be shown and hidden, and stay so', async () => {
      await panel.click('.table > .menu-button');
      await panel.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('[role=menuitemcheckbox]')]
          .find((one) => one.textContent!.includes('Kind'))!
          .click(),
      );
      await waitFor('the column', async () => (await column(panel, 'kind')).includes('event'));
      expect(await panel.evaluate(() => localStorage.getItem('table'))).not.toContain('"kind"');
      await panel.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('[role=menuitemcheckbox]')]
          .find((one) => one.textContent!.includes('Kind'))!
          .click(),
      );
      await panel.press('Escape');
      expect(await panel.evaluate(() => document.querySelector('.menu'))).toBe(null);
    });

    test('dragging over the overview limits the table to a time, and a double click ends that', async () => {
      await panel.evaluate(() => {
        const canvas = document.querySelector<HTMLElement>('.overview canvas')!;
        const box = canvas.getBoundingClientRect();
        canvas.setPointerCapture = () => {};
        const send = (type: string, part: number) =>
          canvas.dispatchEvent(
            new PointerEvent(type, {
              pointerId: 1,
              bubbles: true,
              clientX: box.left + box.width * part,
              clientY: box.top + 9,
            }),
          );
        send('pointerdown', 0.2);
        send('pointermove', 0.4);
        send('pointerup', 0.4);
      });
      await waitFor('the chip', async () => /\d\d:\d\d:\d\d.* \+ /.test(await textOf(panel, '.chip')));
      await waitFor('fewer rows', async () => {
        const [, shown, all] =
          /^([\d,]+) of ([\d,]+) entries$/.exec(await textOf(panel, '.table-foot')) ?? [];
        return Number(shown?.replaceAll(',', '')) < Number(all?.replaceAll(',', ''));
      });
      await panel.evaluate(() =>
        document
          .querySelector('.overview canvas')!
          .dispatchEvent(new MouseEvent('dblclick', { bubbles: true })),
      );
      await waitFor('all rows', async () => /^[\d,]+ entries$/.test(await textOf(panel, '.table-foot')));
    });

    test('numbers about the stream, and about all', async () => {
      await panel.click('[data-tab=statistics]');
      await waitFor('the types', async () => (await textOf(panel, 'table.types')).includes('quote'));
      await waitFor('the plots', () =>
        panel.evaluate(() => document.querySelectorAll('.plot canvas').length > 0),
      );
      const one = await textOf(panel, '.figures');
      await panel.click('.page-bar input');
      await waitFor('more', async () => (await textOf(panel, '.figures')) !== one);
      await waitFor('types of other streams', () =>
        panel.evaluate(() => document.querySelectorAll('table.types tbody tr').length > 2),
      );
      await panel.click('.page-bar input');
    });
  });

  describe('by the keyboard', () => {
    test('the keys are told', async () => {
      await panel.evaluate(() => document.querySelector<HTMLElement>('.streams-list')!.focus());
      await panel.press('?');
      await waitFor('the help', () => panel.evaluate(() => document.querySelector('dialog[open]') !== null));
      await panel.press('Escape');
      await waitFor('it to be gone', () => panel.evaluate(() => document.querySelector('dialog') === null));
    });

    test('from the stream that is ill to the cause of its gap', async () => {
      await panel.evaluate(() => document.querySelector<HTMLElement>('.streams-list')!.focus());
      await panel.press('Home');
      await waitFor('the news', async () => {
        const chosen = await panel.evaluate(
          () => document.querySelector<HTMLElement>('.stream-row[aria-selected=true]')?.title ?? '',
        );
        if (chosen.includes('/api/news')) return true;
        await panel.press('ArrowDown');
        return false;
      });
      await panel.press('3');
      await waitFor('the gap', async () =>
        (await textOf(panel, 'table.gaps tbody tr')).includes('→ delivered'),
      );
    });

    test('along the timeline to what went wrong', async () => {
      await panel.press('2');
      await waitFor('the timeline', async () => (await focused(panel)).includes('lane-canvas'));
      await panel.press('0', 'p');
      await waitFor('a trouble', async () =>
        /gap, |silent for |Error: |Nothing|No /.test(await textOf(panel, '.timeline > [role=status]')),
      );
      await panel.press('0', '+', '+', 'ArrowLeft', 'ArrowRight', '-', 'n');
      await waitFor('another', async () => (await textOf(panel, '.timeline > [role=status]')) !== '');
      await panel.press('0', '.');
      await waitFor('an entry', async () => /^#\d+ /.test(await textOf(panel, '.timeline > [role=status]')));
      await panel.press('Enter');
      await waitFor('its detail', async () => /^#\d+ · /.test(await textOf(panel, '.detail-facts')));
    });

    /** The first one; the list may be drawn anew under the key. */
    async function chooseOption(): Promise<void> {
      await waitFor('a chosen completion', async () => {
        const isChosen = await panel.evaluate(
          () => document.querySelector('.filter-options [aria-selected=true]') !== null,
        );
        if (!isChosen) await panel.press('ArrowDown');
        return isChosen;
      });
      await panel.press('Enter');
    }

    test('filters by type with a completion, and opens an event’s JSON', async () => {
      await panel.press('s', 'Home');
      await waitFor('the stocks', async () => {
        const chosen = await panel.evaluate(
          () => document.querySelector<HTMLElement>('.stream-row[aria-selected=true]')?.title ?? '',
        );
        if (chosen.includes('/api/stocks')) return true;
        await panel.press('ArrowDown');
        return false;
      });
      await panel.press('1', '/');
      await waitFor('the filter', async () => (await focused(panel)).includes('filter'));
      await panel.press('t', 'y');
      await waitFor('a completion', async () => (await textOf(panel, '.filter-options')).includes('type:'));
      await chooseOption();
      await panel.press('q');
      await waitFor('the types', async () => (await textOf(panel, '.filter-options')).includes('type:quote'));
      await chooseOption();
      await waitFor('quotes alone', async () => {
        const types = await column(panel, 'type');
        return types.length > 3 && types.every((type) => type === 'quote');
      });
      expect(await panel.evaluate(() => document.querySelector<HTMLInputElement>('.filter')!.value)).toBe(
        'type:quote ',
      );
      await waitFor('how many match elsewhere', async () =>
        /^0 match/.test(
          await panel.evaluate(
            (row) => document.querySelector(`${row} .matches`)?.textContent ?? '',
            await rowOf('/api/news'),
          ),
        ),
      );
      await panel.evaluate(() => document.querySelector<HTMLElement>('.table-body')!.focus());
      await panel.press('Home', 'ArrowDown');
      await waitFor('the JSON', async () => (await textOf(panel, '.json')).includes('symbol: "'));
      await panel.press('Escape', '/');
      await clearFilter();
    });

    test('a filter that cannot be understood is answered by a sentence', async () => {
      await panel.evaluate(() => document.querySelector<HTMLElement>('.streams-list')!.focus());
      await panel.press('/');
      await waitFor('the filter', async () => (await focused(panel)).includes('filter'));
      await panel.press('/', '(', '/');
      await waitFor('the sentence', async () =>
        (await textOf(panel, '.filter-problem')).includes('is no regular expression'),
      );
      await clearFilter();
    });
  });

  test('nothing stands in the way of assistive technology', async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const source = { toString: () => `() => { ${axe}; globalThis.axe = axe; }` };
    await panel.evaluate(source as unknown as () => void);
    const found: unknown[] = [];
    for (const tab of ['events', 'timeline', 'health', 'http', 'statistics', 'findings']) {
      await panel.click(`[data-tab=${tab}]`);
      await waitFor('the tab', () =>
        panel.evaluate(
          (tab) => document.querySelector(`[data-tab=${tab}]`)?.getAttribute('aria-selected') === 'true',
          tab,
        ),
      );
      if (tab === 'events')
        await panel.evaluate(() => document.querySelector<HTMLElement>('.table-body .table-row')?.click());
      for (const theme of ['light', 'dark']) {
        found.push(
          ...(await panel.evaluate(
            async (tab, theme) => {
              document.documentElement.dataset.theme = theme;
              const { axe } = globalThis as unknown as {
                axe: {
                  run(): Promise<{
                    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
                  }>;
                };
              };
              const { violations } = await axe.run();
              return violations.map(({ id, nodes }) => ({
                tab,
                theme,
                id,
                nodes: nodes
                  .slice(0, 3)
                  .map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
              }));
            },
            tab,
            theme,
          )),
        );
      }
    }
    expect(found).toEqual([]);
  });
}
