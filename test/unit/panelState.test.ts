import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findUnseen, unseenText } from '../../src/devtools/app/notices/unseen.ts';
import { situationOf } from '../../src/devtools/app/situation.ts';
import { visibleBytes } from '../../src/devtools/detail/visibleBytes.ts';
import {
  contentHeight,
  MAX_HEIGHT,
  scrollToRow,
  visibleRange,
} from '../../src/devtools/events/visibleRange.ts';
import { entryCount, entryPlace } from '../../src/devtools/reading/rows.ts';
import { createRateMeter } from '../../src/devtools/streams/rate.ts';
import type { TabStatus } from '../../src/shared/protocol/panelLink.ts';
import type { Exchange, Stream } from '../../src/shared/session/types.ts';
import { formatBytes, formatDelta, formatRate, shortUrl } from '../../src/shared/text/units/format.ts';
import { holds } from '../support/properties.ts';

const exchange = (firstEntry: number, entries: number) => ({ firstEntry, entries }) as Exchange;

test('the n-th entry of a stream is in one exchange, at one place', () => {
  const exchanges = [exchange(0, 3), exchange(3, 0), exchange(3, 0), exchange(3, 2)];
  expect(entryCount(exchanges)).toBe(5);
  expect([0, 2, 3, 4].map((n) => entryPlace(exchanges, n))).toEqual([
    { exchange: exchanges[0], ordinal: 0 },
    { exchange: exchanges[0], ordinal: 2 },
    { exchange: exchanges[3], ordinal: 0 },
    { exchange: exchanges[3], ordinal: 1 },
  ]);
  expect(entryPlace(exchanges, 5)).toBeUndefined();
  expect(entryPlace([], 0)).toBeUndefined();
  expect(entryCount([])).toBe(0);
});

describe('the rows on the screen', () => {
  const rowCount = fc.integer({ min: 0, max: 3_000_000 });
  const height = fc.integer({ min: 50, max: 2000 });
  const part = fc.double({ min: 0, max: 1, noNaN: true });

  test('cover the screen, at every place of the scroll bar', () => {
    holds('visible range', [rowCount, height, part], (rows, viewHeight, at) => {
      const scrollTop = at * Math.max(0, contentHeight(rows, 20) - viewHeight);
      const { first, end, top } = visibleRange(rows, 20, { scrollTop, height: viewHeight });
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(rows);
      expect(end - first).toBeLessThanOrEqual(Math.ceil(viewHeight / 20) + 10);
      const shown = Math.min(viewHeight, contentHeight(rows, 20));
      if (rows > 0) {
        expect(top).toBeLessThanOrEqual(scrollTop + 0.01);
        expect(top + (end - first) * 20).toBeGreaterThanOrEqual(scrollTop + shown - 0.01);
      }
    });
  });
  test('a row that is scrolled to is among them', () => {
    holds('scroll to row', [rowCount, height, part, part], (rows, viewHeight, from, to) => {
      if (rows === 0) return;
      const way = Math.max(0, contentHeight(rows, 20) - viewHeight);
      const row = Math.floor(to * (rows - 1));
      const scrollTop = scrollToRow(row, rows, 20, { scrollTop: from * way, height: viewHeight });
      const range = visibleRange(rows, 20, { scrollTop, height: viewHeight }, 1);
      expect(row).toBeGreaterThanOrEqual(range.first);
      expect(row).toBeLessThan(range.end);
    });
  });
  test('no element is taller than a browser can place', () => {
    expect(contentHeight(1_000_000_000, 20)).toBe(MAX_HEIGHT);
  });
});

test('bytes are shown with their line ends and everything that cannot be seen', () => {
  const bytes = new Uint8Array([
    ...new TextEncoder().encode('\ufeffa\r\nb\rc\n\nd\0\x7fé'),
    0xff,
    0xe2,
    0x82,
  ]);
  expect(visibleBytes(bytes, 100)).toEqual([
    { offset: 100, text: '⟨BOM⟩a', end: '\\r\\n' },
    { offset: 106, text: 'b', end: '\\r' },
    { offset: 108, text: 'c', end: '\\n' },
    { offset: 110, text: '', end: '\\n' },
    { offset: 111, text: 'd⟨00⟩⟨7f⟩é⟨ff⟩⟨e2⟩⟨82⟩', end: '' },
  ]);
});

test('what only the wire would show is found in the browser’s own log', () => {
  const stream = (url: string, listeners: string[], transport = 'EventSource') =>
    ({ url, listeners, transport }) as Stream;
  const streams = [stream('http://a.test/a#x', ['tick']), stream('http://a.test/chat', [], 'fetch')];
  const unseen = findUnseen(
    [
      { url: 'http://a.test/a', types: { tick: 5, deaf: 2 } },
      { url: 'http://a.test/chat', types: { message: 9 } },
      { url: 'http://a.test/worker', types: { message: 1 } },
    ],
    streams,
  );
  expect(unseen).toEqual({ types: [{ type: 'deaf', events: 2 }], streams: ['http://a.test/worker'] });
  expect(unseenText(unseen)).toBe(
    'Not in this recording: 2 events of a type that the page does not listen to (“deaf”), and 1 stream in a worker. The wire shows them.',
  );
  expect(unseenText({ types: [], streams: [] })).toBe('');
});

test('a rate is over the last seconds, and sinks to nothing', () => {
  const meter = createRateMeter();
  let rate = 0;
  for (let ms = 0; ms <= 4000; ms += 100) rate = meter.see(ms / 10, ms);
  expect(rate).toBeCloseTo(100, 0);
  for (let ms = 5000; ms <= 30_000; ms += 1000) rate = meter.see(400, ms);
  expect(rate).toBe(0);
});

test('numbers for people', () => {
  expect([0, 999, 1000, 12_345, 5_000_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '12.3 kB',
    '5 MB',
  ]);
  expect([0.25, 42, 1250, 123_000, 119_800, 28_800_000, 86_399_999].map(formatDelta)).toEqual([
    '+0.3 ms',
    '+42 ms',
    '+1.25 s',
    '+2 min 3 s',
    '+2 min 0 s',
    '+8 h 0 min',
    '+24 h 0 min',
  ]);
  expect([0, 0.4, 1234].map(formatRate)).toEqual(['0/s', '0.4/s', '1,234/s']);
  expect(shortUrl('http://a.test/x?y=1', 'http://a.test/page')).toBe('/x?y=1');
  expect(shortUrl('http://b.test:8080/x', 'http://a.test/page')).toBe('b.test:8080/x');
  expect(shortUrl('not a url', '')).toBe('not a url');
});

test('there is one situation for every state of the tab', () => {
  const status: TabStatus = {
    tab: 1,
    url: '',
    session: '',
    recording: true,
    preserve: false,
    private: false,
    permitted: true,
    restricted: false,
    wire: { always: false, wanted: false, on: false, problem: '' },
    keeping: { recordOnOpen: true, whenFull: 'stop' as const, budget: 1, removed: undefined },
    redirected: [],
    redirectProblem: '',
    storageProblem: '',
  };
  expect(situationOf('connecting', undefined, 0)).toBe('connecting');
  expect(situationOf('open', status, 0)).toBe('waiting');
  expect(situationOf('open', status, 1)).toBe('showing');
  expect(situationOf('open', { ...status, recording: false }, 0)).toBe('notRecording');
  expect(situationOf('open', { ...status, permitted: false }, 0)).toBe('notPermitted');
  expect(situationOf('open', { ...status, restricted: true }, 0)).toBe('restricted');
  expect(situationOf('open', { ...status, private: true, recording: false }, 0)).toBe('private');
  expect(situationOf('gone', status, 1)).toBe('gone');
});
