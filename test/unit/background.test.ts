import { describe, expect, test } from 'vitest';
import { sessionsToDrop } from '../../src/background/storage/retention.ts';
import {
  type Connected,
  pageOfCommit,
  pageOfDocument,
  pageOfRequest,
  type RecordedPage,
} from '../../src/background/tabs/pages.ts';
import { newSessionId } from '../../src/shared/session/newSessionId.ts';
import type { Session } from '../../src/shared/session/types.ts';

describe('the main document of a tab', () => {
  const page = (more: Partial<RecordedPage>): RecordedPage => ({
    session: 's',
    documentId: '',
    url: 'http://a.test/',
    committedAt: 1000,
    early: false,
    connected: false,
    ...more,
  });
  const document = (more: Partial<Connected>): Connected => ({
    documentId: '',
    url: 'http://a.test/',
    top: true,
    beganAt: 1000,
    ...more,
  });

  test('is told apart by its name, whoever reports it first', () => {
    const a = page({ documentId: 'A' });
    expect(pageOfDocument([a], document({ documentId: 'A' }))).toBe(a);
    expect(pageOfDocument([a], document({ documentId: 'B', beganAt: 2000 }))).toBeUndefined();
    const early = page({ documentId: 'B', early: true });
    expect(pageOfCommit([a, early], { documentId: 'B', url: '', at: 2000 })).toBe(early);
    expect(pageOfCommit([a, early], { documentId: 'C', url: '', at: 2000 })).toBeUndefined();
    // It was there when recording began, and the browser reports it only now.
    expect(pageOfCommit([a], { documentId: 'A', url: '', at: 2000 })).toBe(a);
  });
  test('may connect when the next one is there already', () => {
    const [a, b] = [page({ documentId: 'A' }), page({ documentId: 'B', committedAt: 2000 })];
    expect(pageOfDocument([a, b], document({ documentId: 'A', beganAt: 1001 }))).toBe(a);
  });
  test('that was shown before begins a new page when it comes back', () => {
    const [a, b] = [page({ documentId: 'A' }), page({ documentId: 'B', committedAt: 2000 })];
    expect(pageOfDocument([a, b], document({ documentId: 'A', beganAt: 3000 }))).toBeUndefined();
    const again = page({ documentId: 'A', committedAt: 2990 });
    expect(pageOfDocument([a, b, again], document({ documentId: 'A', beganAt: 3000 }))).toBe(again);
  });
  test('without names, the first one that connects is the one that is shown', () => {
    const a = page({});
    expect(pageOfDocument([a], document({ beganAt: 5 }))).toBe(a);
    a.connected = true;
    expect(pageOfDocument([a], document({ url: 'http://a.test/b', beganAt: 2000 }))).toBeUndefined();
    const early = page({ url: 'http://a.test/b', early: true });
    expect(pageOfCommit([a, early], { documentId: '', url: 'http://a.test/b', at: 1 })).toBe(early);
    expect(pageOfCommit([a, early], { documentId: '', url: 'http://a.test/c', at: 1 })).toBeUndefined();
  });
  test('a frame and a request belong to the page of their time', () => {
    const [a, b] = [page({ documentId: 'A' }), page({ documentId: 'B', committedAt: 2000 })];
    expect(pageOfDocument([a, b], document({ top: false, beganAt: 1500 }))).toBe(a);
    expect(pageOfDocument([a, b], document({ top: false, beganAt: 2500 }))).toBe(b);
    expect(pageOfRequest([a, b], { documentId: '', parentDocumentId: '', documentUrl: '', at: 1999 })).toBe(
      a,
    );
    expect(pageOfRequest([a, b], { documentId: 'B', parentDocumentId: '', documentUrl: '', at: 1999 })).toBe(
      b,
    );
    expect(
      pageOfRequest([a, b], { documentId: 'frame', parentDocumentId: '', documentUrl: '', at: 2001 }),
    ).toBe(b);
  });
});

test('session ids sort by time', () => {
  const ids = [1_700_000_000_000, 1_795_000_000_000, 1_795_000_000_001].map(newSessionId);
  expect([...ids].sort()).toEqual(ids);
});

test('the oldest ended sessions go until the rest fits the budget', () => {
  const session = (id: string, startedAt: number, bytes: number, ended = true): Session => ({
    id,
    url: '',
    title: '',
    startedAt,
    ...(ended ? { endedAt: startedAt + 1 } : {}),
    streams: 1,
    events: 1,
    bytes,
    lost: 0,
  });
  const sessions = [
    session('c', 3, 40),
    session('a', 1, 40, false),
    session('b', 2, 40),
    session('d', 4, 40),
  ];
  expect(sessionsToDrop(sessions, 200)).toEqual([]);
  expect(sessionsToDrop(sessions, 120).map((one) => one.id)).toEqual(['b']);
  expect(sessionsToDrop(sessions, 50).map((one) => one.id)).toEqual(['b', 'c', 'd']);
  // What is pinned stays, though the budget is exceeded then.
  const pinned = sessions.map((one) => (one.id === 'b' ? { ...one, pinned: true } : one));
  expect(sessionsToDrop(pinned, 50).map((one) => one.id)).toEqual(['c', 'd']);
});
