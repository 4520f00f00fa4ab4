import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeBlock } from './blocks.ts';
import type { Client, PageReport, ServedConnection, SoakLog } from './log.ts';
import { frameHtml, pageHtml, restHtml, startHtml, workerScript } from './pageHtml.ts';
import { type PlannedConnection, planConnection, planPage, randomFor } from './plan.ts';

export interface SoakServer {
  /** Where the first page is. */
  url: string;
  /** The first one has the pages. */
  origins: readonly string[];
  log: SoakLog;
  /** From now on every page is one without streams, which stays. */
  rest(): void;
  /** That page is shown, and all connections are over. */
  atRest(): boolean;
  close(): Promise<void>;
}

const IMAGE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'X-Connection',
};

/** Pages and streams on loopback, all made from the seed, and the log of what was served. */
export async function startSoakServer(seed: number, servers = 4): Promise<SoakServer> {
  const log: SoakLog = { pages: new Map(), connections: new Map(), kills: [], wireOn: [] };
  const perUrl = new Map<string, number>();
  const origins: string[] = [];
  let resting = false;
  let shown = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origins[0]);
    switch (url.pathname) {
      case '/page':
        return html(response, newPage(url));
      case '/frame':
        return html(response, frameHtml(url.searchParams));
      case '/given': {
        const report = JSON.parse(await bodyOf(request)) as PageReport;
        log.pages.get(report.page)?.reports.push(report);
        response.writeHead(204).end();
        return;
      }
      case '/start':
        return html(response, startHtml());
      case '/shown':
        shown = true;
        response.writeHead(204).end();
        return;
      case '/worker.js':
        return send(response, 'text/javascript', workerScript());
      case '/image':
        await pause(Number(url.searchParams.get('after')));
        return send(response, 'image/gif', IMAGE);
      case '/script':
        await pause(Number(url.searchParams.get('after')));
        return send(response, 'text/javascript', `globalThis.loaded = (globalThis.loaded ?? 0) + 1;`);
      case '/style':
        return send(response, 'text/css', 'body { margin: 8px }');
      case '/events':
        if (request.method === 'OPTIONS') {
          response.writeHead(204, { ...STREAM_HEADERS, 'Access-Control-Allow-Headers': '*' }).end();
          return;
        }
        return serveStream(request, response, url);
    }
    response.writeHead(404).end();
  }

  function newPage(url: URL): string {
    const now = Date.now();
    for (const page of log.pages.values()) page.goneAt ??= now;
    if (resting) return restHtml();
    const name = `p${log.pages.size + 1}`;
    log.pages.set(name, {
      name,
      url: origins[0] + url.pathname + url.search,
      at: now,
      goneAt: undefined,
      reports: [],
    });
    return pageHtml(planPage(seed, name, origins), randomFor(seed, `${name} resources`));
  }

  async function serveStream(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname + url.search;
    const number = perUrl.get(path) ?? 0;
    perUrl.set(path, number + 1);
    const one: ServedConnection = {
      name: `c${log.connections.size + 1}`,
      page: url.searchParams.get('page') ?? '',
      stream: url.searchParams.get('stream') ?? '',
      client: url.searchParams.get('client') as Client,
      method: request.method ?? '',
      url: `http://${request.headers.host}${path}`,
      lastEventId: String(request.headers['last-event-id'] ?? ''),
      at: Date.now(),
      status: 0,
      blocks: [],
      sent: [],
      ended: undefined,
      closedAt: undefined,
    };
    log.connections.set(one.name, one);
    response.on('close', () => {
      one.closedAt = Date.now();
    });
    await bodyOf(request);
    await play(one, response, planConnection(seed, path, number));
  }

  /** Sends what is planned, at the pace that is planned, as fast as the client takes it. */
  async function play(
    one: ServedConnection,
    response: ServerResponse,
    plan: PlannedConnection,
  ): Promise<void> {
    // The bytes of a connection are told apart by its name, which the order of requests decides.
    const random = randomFor(seed, `${one.url.replace(/^http:\/\/[^/]*/, '')} ${one.name}`);
    const write = async (bytes: Buffer): Promise<void> => {
      if (response.destroyed || bytes.length === 0) return;
      one.sent.push(bytes);
      if (response.write(bytes)) return;
      await new Promise<void>((resolve) => {
        const go = (): void => {
          response.off('drain', go).off('close', go);
          resolve();
        };
        response.on('drain', go).on('close', go);
      });
    };
    await pause(plan.headAfter);
    if (response.destroyed) return;
    one.status = plan.status;
    response.writeHead(plan.status, { ...STREAM_HEADERS, 'X-Connection': one.name });
    if (plan.status !== 200) {
      one.ended = 'end';
      response.end();
      return;
    }
    await write(Buffer.from(`retry: ${plan.retry}\n\n`));
    for (let n = 0; n < plan.blocks && !response.destroyed; n++) {
      const { block, bytes } = makeBlock(one.name, n, plan, random);
      one.blocks.push(block);
      const at = random.chance(0.3) ? random.integer(0, bytes.length) : bytes.length;
      await write(bytes.subarray(0, at));
      if (at < bytes.length) {
        await pause(random.integer(0, 5));
        await write(bytes.subarray(at));
      }
      await pause(pauseAfter(plan.load, random));
    }
    if (plan.end === 'stay' || response.destroyed) return;
    one.ended = plan.end;
    if (plan.end === 'end') response.end();
    else response.destroy();
  }

  const all: Server[] = [];
  for (let i = 0; i < servers; i++) {
    const server = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origins.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    all.push(server);
  }
  return {
    url: `${origins[0]}/page?n=1`,
    origins,
    log,
    rest() {
      resting = true;
    },
    atRest: () => shown && [...log.connections.values()].every(({ closedAt }) => closedAt !== undefined),
    async close() {
      for (const server of all) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function pauseAfter(load: PlannedConnection['load'], random: ReturnType<typeof randomFor>): number {
  if (load === 'burst') return random.chance(0.01) ? random.integer(50, 500) : 0;
  if (load === 'large') return random.integer(300, 2500);
  return random.chance(0.2) ? 0 : random.integer(1, 120);
}

/** The pace of the server: what it sends at what time. */
function pause(ms: number): Promise<void> | undefined {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(body);
}

function html(response: ServerResponse, body: string): void {
  send(response, 'text/html; charset=utf-8', body);
}
