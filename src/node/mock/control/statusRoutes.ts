import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { encodeBlock } from '../../../shared/sse/encode.ts';
import type { ControlContext } from './controlContext.ts';
import { route } from './route.ts';
import { statusOf } from './statusOf.ts';

/** Status is told at most so often, ms. */
const TELL_EVERY = 200;

/** How the server stands: once, and as an event stream. */
export function statusRoutes(app: FastifyInstance, context: ControlContext): void {
  app.get('/status', route('How it stands: version, settings, sessions, clients, statistics.'), () =>
    statusOf(context),
  );
  app.get('/statistics', route('Counts since the start.'), () => context.stage.statistics);

  /** Who listens to the status. */
  const listeners = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    for (const listener of listeners) listener.end();
  });
  app.get(
    '/events',
    { schema: { summary: 'Status as an event stream: one event at once, then whenever it has changed.' } },
    (_request, reply) => {
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
      });
      listeners.add(raw);
      const stop = tellStatus(raw, context);
      raw.on('close', () => {
        listeners.delete(raw);
        stop();
      });
      raw.on('error', () => {});
    },
  );
}

/** Writes the status, and writes it again when it has changed. Returns what stops it. */
function tellStatus(raw: ServerResponse, context: ControlContext): () => void {
  let last = '';
  const tell = (): void => {
    const text = JSON.stringify(statusOf(context));
    // A client that does not read is told what holds when it does.
    if (text === last || raw.writableNeedDrain) return;
    last = text;
    raw.write(encodeBlock({ event: 'status', data: text }));
  };
  tell();
  const timer = setInterval(tell, TELL_EVERY);
  return () => clearInterval(timer);
}
