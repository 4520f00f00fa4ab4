import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { findProxy, type ProxyName } from '../../scripts/browsers.mjs';
import { diagnoseProbes } from '../../src/node/check/diagnoseProbes.ts';
import { type Probe, probe } from '../../src/node/check/probe.ts';
import { sendHttp1 } from '../../src/node/check/sendHttp1.ts';
import type { FindingCode } from '../../src/shared/diagnosis/model/finding.ts';
import type { Header } from '../../src/shared/session/types.ts';
import { type Remedy, remediesFor } from '../../src/shared/text/remedies.ts';
import { type ProxyPlace, startProxy } from '../support/proxies.ts';

/* What is told to help is tried: a real proxy shows the finding, and with the text that is told it does not. */

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handler: Handler): Promise<number> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The text that is told, by its label. */
function remedy(code: FindingCode, label: string): string {
  const texts = remediesFor(code, []).filter((one: Remedy) => one.label.startsWith(label));
  expect(texts, `${label} for ${code}`).toHaveLength(1);
  return texts[0]!.text;
}

/** Codes of what is found of the path /events behind a proxy. */
async function foundBehind(
  name: ProxyName,
  handler: Handler,
  configuration: (place: ProxyPlace) => string,
  forMs: number,
  times = 1,
): Promise<{ codes: FindingCode[]; events: number }> {
  const proxy = await startProxy(name, await serve(handler), configuration);
  closing.push(() => proxy.close());
  const url = `${proxy.url}/events`;
  const headers: Header[] = [
    ['Accept', 'text/event-stream'],
    ['Accept-Encoding', 'gzip'],
  ];
  const { signal } = new AbortController();
  const probes: Probe[] = [];
  for (let n = 1; n <= times; n++)
    probes.push(await probe(sendHttp1, { url, headers, insecure: false, forMs, signal }, n));
  const { findings } = diagnoseProbes(url, [probes]);
  return { codes: findings.map(({ code }) => code), events: probes.at(-1)!.connection.columns.all.events };
}

const STREAM = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' };
const quote = (n: number) =>
  `id: ${n}\nevent: quote\ndata: ${JSON.stringify({ n, note: 'x'.repeat(90) })}\n\n`;

/** An event every `ms`. */
const ticking =
  (ms: number, headers: Record<string, string> = {}): Handler =>
  (request, response) => {
    response.writeHead(200, { ...STREAM, ...headers });
    response.flushHeaders();
    let n = Number(request.headers['last-event-id'] ?? 0);
    const timer = setInterval(() => response.write(quote(++n)), ms);
    response.on('close', () => clearInterval(timer));
  };
/** Headers at once, an event, then nothing. */
const silent: Handler = (_request, response) => {
  response.writeHead(200, STREAM);
  response.write(quote(1));
};
/** Headers at once, and the first event 2.6 s later. */
const waiting: Handler = (_request, response) => {
  response.writeHead(200, STREAM);
  response.flushHeaders();
  const timer = setTimeout(() => response.write(quote(1)), 2600);
  response.on('close', () => clearTimeout(timer));
};

describe.skipIf(!findProxy('nginx'))('nginx', () => {
  const nginx =
    (location: string, http = '') =>
    ({ port, upstream, folder }: ProxyPlace) => {
      const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (one) => `${one}_temp_path ${folder}/temp/${one};`,
      );
      return `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http {
  access_log off; ${temp.join(' ')} ${http}
  upstream app { server 127.0.0.1:${upstream}; }
  server { listen 127.0.0.1:${port}; ${location} }
}`;
    };
  const plain = 'location /events { proxy_pass http://app; }';

  test('holds events back until a buffer is full, and not with what is told', async () => {
    const sick = await foundBehind('nginx', ticking(4), nginx(plain), 4000);
    expect(sick.codes).toContain('buffered');
    const mended = await foundBehind('nginx', ticking(4), nginx(remedy('buffered', 'nginx')), 4000);
    expect(mended.codes).not.toContain('buffered');
    expect(mended.events).toBeGreaterThan(50);
  });
  test('minds the header that the server sends', async () => {
    const [name, value] = remedy('buffered', 'response header, for nginx').split(': ') as [string, string];
    const mended = await foundBehind('nginx', ticking(4, { [name]: value }), nginx(plain), 4000);
    expect(mended.codes).not.toContain('buffered');
    expect(mended.events).toBeGreaterThan(50);
  });
  test('compresses, and holds the headers back too', async () => {
    const gzip = 'gzip on; gzip_types text/event-stream; gzip_proxied any;';
    const slow = ticking(700);
    expect((await foundBehind('nginx', slow, nginx(plain, gzip), 6500)).codes).toContain('noAnswer');
    const mended = await foundBehind('nginx', slow, nginx(remedy('noAnswer', 'nginx'), gzip), 6500);
    expect(mended.codes).not.toContain('noAnswer');
    expect(mended.events).toBeGreaterThan(3);
  });
  test('cuts a silent stream', async () => {
    const short = 'proxy_read_timeout 2s;';
    expect(
      (
        await foundBehind(
          'nginx',
          silent,
          nginx(`${short} ${plain.replace(' }', ' proxy_buffering off; }')}`),
          4000,
        )
      ).codes,
    ).toContain('cutWhenSilent');
    const mended = await foundBehind(
      'nginx',
      silent,
      nginx(`${short} ${remedy('cutWhenSilent', 'nginx')}`),
      4000,
    );
    expect(mended.codes).not.toContain('cutWhenSilent');
  });
});

describe.skipIf(!findProxy('apache2'))('Apache', () => {
  const MODULES = '/usr/lib/apache2/modules';
  const apache =
    (directives: string) =>
    ({ port, upstream, folder }: ProxyPlace) => {
      const modules = [
        'mpm_event',
        'authz_core',
        'proxy',
        'proxy_http',
        'deflate',
        'filter',
        'setenvif',
        'reqtimeout',
      ];
      return `ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
Mutex file:${folder}/temp default
Listen 127.0.0.1:${port}
${modules.map((one) => `LoadModule ${one}_module ${MODULES}/mod_${one}.so`).join('\n')}
${directives}
ProxyPass / http://127.0.0.1:${upstream}/
`;
    };

  test('compresses, and not with what is told', async () => {
    const deflate = 'AddOutputFilterByType DEFLATE text/event-stream';
    expect((await foundBehind('apache2', ticking(100), apache(deflate), 2000)).codes).toContain('compressed');
    const told = `${deflate}\n${remedy('compressedHeld', 'Apache')}`;
    const mended = await foundBehind('apache2', ticking(100), apache(told), 2000);
    expect(mended.codes).not.toContain('compressed');
    expect(mended.events).toBeGreaterThan(3);
  });
  test('cuts a silent stream', async () => {
    expect((await foundBehind('apache2', silent, apache('ProxyTimeout 2'), 4000)).codes).toContain(
      'cutWhenSilent',
    );
    const mended = await foundBehind('apache2', silent, apache(remedy('cutWhenSilent', 'Apache')), 4000);
    expect(mended.codes).not.toContain('cutWhenSilent');
    expect(mended.events).toBe(1);
  });
});

describe.skipIf(!findProxy('haproxy'))('HAProxy', () => {
  const haproxy =
    (timeout: string) =>
    ({ port, upstream }: ProxyPlace) =>
      `defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 2s
frontend in
  bind 127.0.0.1:${port}
  default_backend app
backend app
  ${timeout}
  server one 127.0.0.1:${upstream}
`;

  test('cuts a silent stream, and not with what is told', async () => {
    expect((await foundBehind('haproxy', silent, haproxy(''), 4000, 2)).codes).toContain('cutWhenSilent');
    const mended = await foundBehind('haproxy', silent, haproxy(remedy('cutWhenSilent', 'HAProxy')), 4000);
    expect(mended.codes).not.toContain('cutWhenSilent');
    expect(mended.events).toBe(1);
  });
});

describe.skipIf(!findProxy('caddy'))('Caddy', () => {
  const caddy =
    (encode: string) =>
    ({ port, upstream }: ProxyPlace) =>
      `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  ${encode}
  reverse_proxy 127.0.0.1:${upstream}
}
`;

  test('delays the headers until the first byte, and not with what is told', async () => {
    expect((await foundBehind('caddy', waiting, caddy('encode gzip'), 4500)).codes).toContain('lateHeaders');
    const mended = await foundBehind('caddy', waiting, caddy(remedy('lateHeaders', 'Caddy')), 4500);
    expect(mended.codes).not.toContain('lateHeaders');
    expect(mended.events).toBe(1);
  });
});

describe.skipIf(!findProxy('varnishd'))('Varnish', () => {
  const varnish =
    (more: string) =>
    ({ upstream }: ProxyPlace) =>
      `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${upstream}"; }
${more}
`;
  /** A finite stream that says nothing of caches. */
  const job: Handler = (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.end(quote(1) + quote(2) + quote(3));
  };

  test('keeps a finite stream, and not with what is told', async () => {
    expect((await foundBehind('varnishd', job, varnish(''), 2000, 2)).codes).toContain('fromCache');
    const mended = await foundBehind('varnishd', job, varnish(remedy('fromCache', 'Varnish')), 2000, 2);
    expect(mended.codes).not.toContain('fromCache');
    expect(mended.events).toBe(3);
  });
});
