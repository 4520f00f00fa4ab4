import { expect, test } from 'vitest';
import { simulate } from '../simulate/simulate.ts';

const SEEDS = 400;
/**
 * So many of these runs may still show something wrong. They are races of several rare events at once: two streams of one
 * URL, one of which is closed in the millisecond in which the other one begins; a clock that is set by an hour between
 * a request and the report of it; a recording that starts in the middle of a reconnection. Only ever lower it.
 */
const KNOWN = 10;

test('the recorder keeps what was sent, whatever the order of messages, timers and transactions', async () => {
  const failed: string[] = [];
  let blocks = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations, bytes } = await simulate(seed);
    blocks += bytes;
    if (violations.length > 0) failed.push(`seed ${seed}: ${violations.join('; ')}`);
  }
  expect(blocks).toBeGreaterThan(SEEDS * 1000);
  expect(failed.length, failed.join('\n')).toBeLessThanOrEqual(KNOWN);
}, 300_000);

test('a seed repeats exactly', async () => {
  const [first, second] = [await simulate(7), await simulate(7)];
  expect(second.steps).toBe(first.steps);
  expect(second.bytes).toBe(first.bytes);
});
