import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { longTimeout, sleep } from '../../src/node/longTimeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a wait that is longer than a timer of Node is as long as it is', () => {
  for (const ms of [1, 5000, 2 ** 31, 4_294_967_295, 1e12]) {
    const run = vi.fn();
    const set = vi.spyOn(globalThis, 'setTimeout');
    longTimeout(run, ms);
    vi.advanceTimersByTime(Math.floor(ms * 0.99));
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(Math.ceil(ms * 0.01) + 2);
    expect(run).toHaveBeenCalledTimes(1);
    // What is longer Node takes for 1 ms; the timers of this test do not.
    for (const [, delay] of set.mock.calls) expect(delay).toBeLessThan(2 ** 31);
    set.mockRestore();
  }
});

test('it is prevented, and never comes after Infinity', () => {
  const run = vi.fn();
  const cancel = longTimeout(run, 2 ** 32);
  vi.advanceTimersByTime(2 ** 31 + 5);
  cancel();
  longTimeout(run, Infinity);
  vi.advanceTimersByTime(2 ** 33);
  expect(run).not.toHaveBeenCalled();
});

test('sleep ends when its signal is aborted, and leaves no listener', async () => {
  const stop = new AbortController();
  const remove = vi.spyOn(stop.signal, 'removeEventListener');
  const short = sleep(10, stop.signal);
  vi.advanceTimersByTime(11);
  await short;
  expect(remove).toHaveBeenCalledTimes(1);
  const long = sleep(1e12, stop.signal);
  stop.abort();
  await long;
  await sleep(1e12, stop.signal);
});
