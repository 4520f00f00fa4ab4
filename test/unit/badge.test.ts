import 'fake-indexeddb/auto';
import { afterAll, expect, test, vi } from 'vitest';
import { createBadge } from '../../src/background/tabs/badge.ts';
import type { Stream } from '../../src/shared/session/types.ts';
import { openStore } from '../../src/shared/store/open.ts';
import { waitFor } from '../support/waitFor.ts';

const db = await openStore(() => {}, 'badge');
afterAll(() => db.close());
const stream = (number: number, state: Stream['state']) =>
  ({ id: `a/${number}`, session: 'a', number, state }) as Stream;

test('the number on the button follows what is written, and the store is read once for a session', async () => {
  const texts: string[] = [];
  const action = {
    setBadgeBackgroundColor: async () => {},
    setBadgeText: async ({ text }: { text: string }) => void texts.push(text),
    setTitle: async () => {},
  };
  const badge = createBadge({ action } as never, async () => db);
  for (const number of [1, 2]) await db.put('streams', stream(number, 'open'));
  const read = vi.spyOn(IDBIndex.prototype, 'getAll');
  badge.update(7, 'a', ['a/2']);
  await waitFor('two', async () => texts.at(-1) === '2');
  await db.put('streams', stream(1, 'ended'));
  badge.update(7, 'a', ['a/1']);
  await waitFor('one', async () => texts.at(-1) === '1');
  await db.put('streams', stream(3, 'reconnecting'));
  badge.update(7, 'a', ['a/3', 'a/2']);
  await waitFor('two again', async () => texts.at(-1) === '2');
  expect(read).toHaveBeenCalledTimes(1);
  badge.update(7, '');
  await waitFor('none', async () => texts.at(-1) === '');
});
