import { headerOf } from '../../session/headerOf.ts';
import type { Header } from '../../session/types.ts';

/** What stands between the server's code and the page, as far as response headers name it. */
export type Software =
  | 'apache'
  | 'aspnet'
  | 'caddy'
  | 'cloudflare'
  | 'express'
  | 'fastapi'
  | 'haproxy'
  | 'next'
  | 'nginx'
  | 'varnish'
  | 'vite';

const BY_VALUE: [header: string, pattern: RegExp, software: Software][] = [
  ['cf-ray', /./, 'cloudflare'],
  ['server', /cloudflare/i, 'cloudflare'],
  ['x-varnish', /./, 'varnish'],
  ['via', /varnish/i, 'varnish'],
  ['server', /\bnginx|openresty/i, 'nginx'],
  ['server', /\bapache/i, 'apache'],
  ['server', /\bcaddy/i, 'caddy'],
  ['via', /\bcaddy/i, 'caddy'],
  ['server', /haproxy/i, 'haproxy'],
  ['server', /microsoft-iis|kestrel/i, 'aspnet'],
  ['x-powered-by', /asp\.net/i, 'aspnet'],
  ['server', /uvicorn|hypercorn/i, 'fastapi'],
  ['x-powered-by', /next\.js/i, 'next'],
  ['x-powered-by', /express/i, 'express'],
  ['server', /\bvite/i, 'vite'],
];

/** The software that response headers name: what is nearest to the client first. */
export function softwareOf(headers: readonly Header[] | undefined): Software[] {
  const found = BY_VALUE.filter(([name, pattern]) => pattern.test(headerOf(headers, name) ?? ''));
  return [...new Set(found.map(([, , software]) => software))];
}
