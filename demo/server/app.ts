import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { MessageError } from './channel.ts';
import { streamChat } from './chat.ts';
import { ConnectionManager, type ManagerOptions } from './connectionManager.ts';
import { startFeeds } from './feeds.ts';
import { malformedBlocks } from './malformed.ts';
import { Metrics } from './metrics.ts';

const CHANNELS = ['events', 'stocks', 'news'];
const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

export interface DemoOptions extends Partial<ManagerOptions> {
  /** Folder of the built page. */
  pageFolder: string;
  stocksEvery?: number;
  tokenEvery?: number;
}

/** The demo server: three streams, a chat, and what a real project has around them. */
export function createDemo(options: DemoOptions): FastifyInstance {
  const app = Fastify({ bodyLimit: 128 * 1024, forceCloseConnections: true });
  const manager = new ConnectionManager(CHANNELS, options);
  const metrics = new Metrics();
  const stopFeeds = startFeeds(manager, options);

  // Beacons come as text/plain, so that they need no preflight.
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(Object.assign(new Error('The beacon is not JSON.'), { statusCode: 400 }), undefined);
    }
  });

  for (const channel of CHANNELS) {
    app.get(`/api/${channel}`, (request, reply) => {
      reply.hijack();
      // After a navigation there is no header yet: a page may hand its last ID over in the query.
      const { lastEventId } = request.query as { lastEventId?: string };
      const header = request.headers['last-event-id'];
      manager.connect(channel, reply.raw, typeof header === 'string' ? header : lastEventId);
    });
  }

  app.post('/api/broadcast', (request, reply) => {
    const { channel = 'events', event, data } = (request.body ?? {}) as Record<string, unknown>;
    if (typeof channel !== 'string' || !CHANNELS.includes(channel)) {
      return reply.code(400).send({ error: `There is no such channel; there are ${CHANNELS.join(', ')}.` });
    }
    if (event !== undefined && typeof event !== 'string') {
      return reply.code(400).send({ error: 'The event type is a text.' });
    }
    try {
      const reached = manager.broadcast(channel, { data, ...(event === undefined ? {} : { event }) });
      return reply.send({ reached });
    } catch (error) {
      if (error instanceof MessageError) return reply.code(422).send({ error: error.message });
      throw error;
    }
  });

  app.post('/api/control', (request, reply) => {
    const { action, channel = 'events', ms = 20_000 } = (request.body ?? {}) as Record<string, unknown>;
    if (typeof channel !== 'string' || !CHANNELS.includes(channel)) {
      return reply.code(400).send({ error: `There is no such channel; there are ${CHANNELS.join(', ')}.` });
    }
    if (action === 'drop') return reply.send({ dropped: manager.drop(channel) });
    if (action === 'stall') {
      manager.stall(channel, Math.min(Number(ms) || 20_000, 120_000));
      return reply.send({ stalled: channel });
    }
    if (action === 'malformed') {
      for (const block of malformedBlocks()) manager.writeRaw(channel, block);
      return reply.send({ sent: malformedBlocks().length });
    }
    return reply.code(400).send({ error: 'The actions are drop, stall and malformed.' });
  });

  app.post('/api/chat', async (request, reply) => {
    const { messages } = (request.body ?? {}) as { messages?: { content?: unknown }[] };
    const question = messages?.at?.(-1)?.content;
    if (typeof question !== 'string' || question.length > 4000) {
      return reply
        .code(400)
        .send({ error: { message: 'The last message has a text of at most 4,000 characters.' } });
    }
    reply.hijack();
    await streamChat(reply.raw, question, options.tokenEvery);
  });

  app.get('/api/stats', () => ({ ...manager.stats(), metrics: metrics.summary() }));
  app.post('/api/metrics', (request, reply) => {
    metrics.addReport(request.body);
    return reply.code(204).send();
  });
  app.post('/api/errors', (request, reply) => {
    metrics.addError(request.body);
    return reply.code(204).send();
  });

  app.get('/*', async (request, reply) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://demo').pathname));
    const file = path === '/' ? 'index.html' : path.slice(1);
    const type = TYPES[extname(file)];
    if (!type || file.includes('..')) return reply.code(404).send({ error: 'There is no such page.' });
    try {
      const content = await readFile(join(options.pageFolder, file));
      return reply.header('Content-Type', type).header('Cache-Control', 'no-cache').send(content);
    } catch {
      return reply.code(404).send({ error: 'There is no such page.' });
    }
  });

  app.addHook('preClose', async () => {
    stopFeeds();
    await manager.close();
  });
  return app;
}
