import { expect, test } from 'vitest';
import { dayCell, timeCell, wholeCell } from '../../../src/node/fleet/query/cells.ts';
import { passes, retried } from '../../../src/node/fleet/sinks/retry.ts';

test.each([
  [{ code: 'ECONNRESET', message: 'read ECONNRESET' }, true],
  [{ message: 'socket hang up' }, true],
  [{ message: 'Timeout error.' }, true],
  [{ code: '252', message: 'Too many parts' }, true],
  [{ code: '202', message: 'Too many simultaneous queries' }, true],
  [{ message: '503 Service Unavailable' }, true],
  [{ code: '60', message: 'Unknown table 503' }, false],
  [{ code: '516', message: 'Authentication failed' }, false],
  [{ code: '62', message: 'Syntax error: failed at position 502' }, false],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate' }, false],
])('%j: passes by itself: %s', (error, expected) => {
  expect(passes(error)).toBe(expected);
});

test('it is tried again after pauses that double, and no more often than said', async () => {
  const pauses: number[] = [];
  const options = { attempts: 4, wait: 10, pause: async (ms: number) => void pauses.push(ms) };
  let tries = 0;
  const failing = (times: number) => async () => {
    if (tries++ < times) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    return 'done';
  };
  expect(await retried(failing(2), options)).toBe('done');
  expect([tries, pauses]).toEqual([3, [10, 20]]);
  tries = 0;
  await expect(retried(failing(9), options)).rejects.toThrow('reset');
  expect(tries).toBe(4);
  tries = 0;
  const wrong = async () => {
    tries++;
    throw new Error('Unknown table');
  };
  await expect(retried(wrong, options)).rejects.toThrow('Unknown table');
  expect(tries).toBe(1);
});

test('cells of both engines read alike', () => {
  expect(timeCell(1_700_000_000_125_000n)).toBe('2023-11-14T22:13:20.125Z');
  expect(timeCell(0n)).toBe('1970-01-01T00:00:00Z');
  expect(timeCell(-1n)).toBe('1969-12-31T23:59:59.999999Z');
  expect(dayCell(19_675)).toBe('2023-11-14');
  expect(wholeCell(7n)).toBe(7);
  expect(wholeCell(2n ** 60n)).toBe('1152921504606846976');
});
