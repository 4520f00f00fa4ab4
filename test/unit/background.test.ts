import { describe, expect, test } from 'vitest';
import { sessionsToDrop } from '../../src/background/retention.ts';
import { isNewNavigation, newTabState } from '../../src/background/tabState.ts';
import { newSessionId } from '../../src/shared/session/newSessionId.ts';
import type { Session } from '../../src/shared/session/types.ts';

describe('a navigation is one navigation, whoever tells of it first', () => {
  const recorded = () => ({ ...newTabState(1), session: 's', byDevtools: true });

  test('the first document of a recording is none', () => {
    expect(isNewNavigation(recorded(), { document: 'a', beganAt: 1 })).toBe(false);
  });
  test('DevTools first, then the document', () => {
    const state = { ...recorded(), topDocument: 'a' };
    expect(isNewNavigation(state, { toldAt: 10 })).toBe(true);
    expect(isNewNavigation(state, { document: 'b', beganAt: 9 })).toBe(false);
    expect(isNewNavigation(state, { document: 'b', beganAt: 9 })).toBe(false);
  });
  test('the document first, then DevTools', () => {
    const state = { ...recorded(), topDocument: 'a' };
    expect(isNewNavigation(state, { document: 'b', beganAt: 9 })).toBe(true);
    expect(isNewNavigation(state, { toldAt: 10 })).toBe(false);
    expect(isNewNavigation(state, { toldAt: 20 })).toBe(true);
  });
  test('over a page without streams, which never connects', () => {
    const state = { ...recorded(), topDocument: 'a' };
    expect(isNewNavigation(state, { toldAt: 10 })).toBe(true);
    expect(isNewNavigation(state, { document: 'c', beganAt: 15 })).toBe(true);
    expect(isNewNavigation(state, { toldAt: 16 })).toBe(false);
  });
  test('without DevTools, the document alone', () => {
    const state = { ...recorded(), byDevtools: false, topDocument: 'a' };
    expect(isNewNavigation(state, { document: 'b', beganAt: 9 })).toBe(true);
    expect(isNewNavigation(state, { document: 'c', beganAt: 19 })).toBe(true);
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
