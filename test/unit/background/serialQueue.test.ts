import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSerialQueue } from '../../../src/background/keep/serialQueue.ts';
import { holdsLater } from '../../support/properties.ts';

/** A work that ends when the test says so. */
function work(log: string[], name: string) {
  let end!: (failure?: Error) => void;
  const run = () => {
    log.push(`${name} begins`);
    return new Promise<string>((resolve, reject) => {
      end = (failure) => {
        log.push(`${name} ends`);
        if (failure) reject(failure);
        else resolve(name);
      };
    });
  };
  return { run, end: (failure?: Error) => end(failure) };
}
const turn = () => new Promise(setImmediate);

test('works run one at a time, in the order in which they were added', async () => {
  const log: string[] = [];
  const queue = createSerialQueue();
  const [a, b] = [work(log, 'a'), work(log, 'b')];
  const results = [queue.add(a.run), queue.add(b.run)];
  await turn();
  expect(log).toEqual(['a begins']);
  a.end();
  await turn();
  expect(log).toEqual(['a begins', 'a ends', 'b begins']);
  b.end();
  expect(await Promise.all(results)).toEqual(['a', 'b']);
});

test('a work that fails says so, and does not keep the next one from running', async () => {
  const queue = createSerialQueue();
  const failed = queue.add(async () => {
    throw new Error('no');
  });
  const next = queue.add(async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('a work that throws before it waits fails like any other', async () => {
  const queue = createSerialQueue();
  await expect(
    queue.add(() => {
      throw new Error('at once');
    }),
  ).rejects.toThrow('at once');
  expect(await queue.add(async () => 1)).toBe(1);
});

test('it is idle when the works are over that others have added', async () => {
  const log: string[] = [];
  const queue = createSerialQueue();
  const late = work(log, 'late');
  void queue.add(async () => void queue.add(late.run));
  let idle = false;
  const waiting = queue.idle().then(() => {
    idle = true;
  });
  await turn();
  expect(log).toEqual(['late begins']);
  expect(idle).toBe(false);
  late.end();
  await waiting;
  expect(log.at(-1)).toBe('late ends');
});

test('however long each takes, and whichever fail: never two at a time, never out of order', () =>
  holdsLater(
    'works of a queue',
    [fc.array(fc.tuple(fc.nat(4), fc.boolean()), { maxLength: 20 })],
    async (works) => {
      const queue = createSerialQueue();
      const began: number[] = [];
      let running = 0;
      const all = works.map(([turns, fails], i) =>
        queue.add(async () => {
          began.push(i);
          expect(++running).toBe(1);
          for (let k = 0; k < turns; k++) await undefined;
          running--;
          if (fails) throw new Error(String(i));
          return i;
        }),
      );
      const results = await Promise.allSettled(all);
      expect(began).toEqual(works.map((_, i) => i));
      expect(results.map(({ status }) => status === 'rejected')).toEqual(works.map(([, fails]) => fails));
      await queue.idle();
    },
    1000,
  ));
