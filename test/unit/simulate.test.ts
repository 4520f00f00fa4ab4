import { expect, test } from 'vitest';
import { runSeeds } from '../simulate/runSeeds.ts';
import { simulate } from '../simulate/simulate.ts';

const SEEDS = 400;

test('the recorder keeps what was sent, whatever the order of messages, timers and transactions', async () => {
  const failed: string[] = [];
  let blocks = 0;
  await runSeeds(1, SEEDS, ({ seed, violations, bytes }) => {
    blocks += bytes;
    if (violations.length > 0) failed.push(`seed ${seed}: ${violations.join('; ')}`);
  });
  expect(blocks).toBeGreaterThan(SEEDS * 1000);
  expect(failed).toEqual([]);
}, 300_000);

test('a seed repeats exactly, alone and beside others', async () => {
  const trace = async (): Promise<string[]> => {
    const lines: string[] = [];
    // The names of sessions alone are left to chance.
    await simulate(7, (line) => lines.push(line.replace(/[0-9a-z]{8}-[0-9a-z]{4,7}(?=[/" ,\]]|$)/g, 's')));
    return lines;
  };
  const first = await trace();
  const [second] = await Promise.all([trace(), simulate(8), simulate(9)]);
  expect(first.length).toBeGreaterThan(100);
  expect(second).toEqual(first);
});
