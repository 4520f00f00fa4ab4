import { expect, test } from 'vitest';
import { redirectedTarget, type Target } from '../../src/node/record/redirect.ts';

/* Redirections as the Fetch standard has them (HTTP-redirect fetch). */

const target = (some: Partial<Target> = {}): Target => ({
  url: 'https://a.test/one#part',
  method: 'POST',
  headers: [
    ['Authorization', 'Bearer geheim'],
    ['cookie', 'sid=geheim'],
    ['X-API-Key', 'geheim'],
    ['Proxy-Authorization', 'geheim'],
    ['Host', 'a.test'],
    ['Content-Type', 'application/json'],
    ['Content-Language', 'en'],
    ['Accept', 'text/event-stream'],
  ],
  body: 'the prompt',
  ...some,
});
const namesOf = (one: Target | undefined) => one?.headers.map(([name]) => name.toLowerCase());

test('method and body by status', () => {
  for (const [status, method, becomes] of [
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [303, 'GET', 'GET'],
  ] as const) {
    const next = redirectedTarget(target({ method }), status, '/two', 0);
    expect([status, next?.method]).toEqual([status, becomes]);
    const isDropped = becomes !== method;
    expect([status, next?.body]).toEqual([status, isDropped ? undefined : 'the prompt']);
    expect([status, namesOf(next)?.includes('content-type')]).toEqual([status, !isDropped]);
    expect([status, namesOf(next)?.includes('content-language')]).toEqual([status, !isDropped]);
  }
  for (const status of [200, 300, 304, 305, 306, 404])
    expect(redirectedTarget(target(), status, '/two', 0)).toBeUndefined();
  expect(redirectedTarget(target(), 302, undefined, 0)).toBeUndefined();
});

test('credentials go to the same origin alone', () => {
  const credentials = ['authorization', 'cookie', 'x-api-key', 'proxy-authorization', 'host'];
  expect(namesOf(redirectedTarget(target(), 307, 'https://a.test:443/two', 0))).toEqual(
    expect.arrayContaining(credentials),
  );
  for (const to of [
    'https://b.test/',
    'http://a.test/',
    'https://a.test:444/',
    '//b.test/x',
    'https://a.test.b.test/',
  ]) {
    const names = namesOf(redirectedTarget(target(), 307, to, 0));
    expect(names).toEqual(['content-type', 'content-language', 'accept']);
  }
});

test('only http and https, at most 20 times, and the fragment stays', () => {
  expect(redirectedTarget(target(), 307, '/two', 0)?.url).toBe('https://a.test/two#part');
  expect(redirectedTarget(target(), 307, '/two#own', 0)?.url).toBe('https://a.test/two#own');
  expect(redirectedTarget(target(), 307, '/two#', 0)?.url).toBe('https://a.test/two#');
  expect(redirectedTarget(target(), 307, '/two', 19)).toBeDefined();
  expect(() => redirectedTarget(target(), 307, '/two', 20)).toThrow('more than 20 times');
  for (const to of ['file:///etc/passwd', 'data:text/event-stream,data:x', 'ftp://a.test/'])
    expect(() => redirectedTarget(target(), 307, to, 0)).toThrow('not to http: or https:');
  expect(() => redirectedTarget(target(), 307, 'http://', 0)).toThrow('no address');
});
