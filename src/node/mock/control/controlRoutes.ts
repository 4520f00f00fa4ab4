import type { FastifyInstance } from 'fastify';
import { encodeBlock } from '../../../shared/sse/encode.ts';
import type { Scenario } from '../../faults/faults.ts';
import { SCENARIO_SCHEMA } from '../../faults/faultsSchema.ts';
import { MockError } from '../../http/mockError.ts';
import type { ReplaySession } from '../../stage/replayStream.ts';
import type { Stage, StageOptions } from '../../stage/stage.ts';

/** Status is told at most so often, ms. */
const TELL_EVERY = 200;

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
};
const ANY = { type: 'object', additionalProperties: true };
const LIST = { type: 'array', items: ANY };
const ID = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] };
const SPEED = {
  anyOf: [
    { type: 'number', minimum: 0.01, maximum: 1000 },
    { type: 'string', enum: ['max'] },
  ],
};

/** What the control API works on. */
export interface Controlled {
  stage: Stage;
  version: string;
  /** Where pages are to be sent: an address that needs no origin. */
  prefix: string;
  /** @throws {FileError} */
  upload(name: string, bytes: Uint8Array): Promise<ReplaySession>;
}

/** The control API: JSON, described by its own OpenAPI document. */
export async function controlRoutes(app: FastifyInstance, controlled: Controlled): Promise<void> {
  const { stage } = controlled;
  const route = (summary: string, more: object = {}) => ({
    schema: {
      summary,
      ...more,
      response: { 200: ANY, ...(more as { response?: object }).response, '4xx': ERROR },
    },
  });

  app.addContentTypeParser(
    ['application/octet-stream', 'application/har+json', 'text/event-stream', 'application/gzip'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );

  /** Who listens to the status. */
  const listeners = new Set<{ end(): void }>();
  app.addHook('preClose', async () => {
    for (const listener of listeners) listener.end();
  });

  app.get('/status', route('How it stands: version, settings, sessions, clients, statistics.'), () =>
    status(),
  );

  app.get('/sessions', route('The sessions that are served.', { response: { 200: LIST } }), () =>
    stage.cast.sessions.map(describe),
  );

  app.post<{ Querystring: { name?: string }; Body: Buffer }>(
    '/sessions',
    route('Adds a session file: HAR or an event stream, as application/octet-stream; gzip too.', {
      querystring: { type: 'object', properties: { name: { type: 'string', maxLength: 300 } } },
    }),
    async ({ query, body }) => {
      if (!Buffer.isBuffer(body))
        throw new MockError(415, 'wrong-type', 'Send the file as application/octet-stream.');
      return describe(await controlled.upload(query.name ?? 'session', body));
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/sessions/:id',
    route('Takes a session away; who is being served goes on.'),
    ({ params }) => {
      if (!stage.cast.remove(params.id))
        throw new MockError(404, 'no-session', `There is no session “${params.id.slice(0, 100)}”.`);
      return {};
    },
  );

  app.get('/clients', route('Who is being served.', { response: { 200: LIST } }), () =>
    stage.clients.map((client) => ({ ...client, speed: speedText(client.speed) })),
  );

  app.delete<{ Params: { id: number } }>(
    '/clients/:id',
    route('Breaks the connection of a client.', { params: ID }),
    ({ params }) => found(stage.disconnect(params.id)),
  );
  app.delete('/clients', route('Breaks all connections.'), () => ({ clients: stage.disconnect(undefined) }));

  const each = (
    action: string,
    summary: string,
    act: (body: Record<string, never>, id?: number) => number,
  ) => {
    const body = BODIES[action];
    const schema = body ? { body } : {};
    app.post<{ Params: { id: number }; Body: Record<string, never> }>(
      `/clients/:id/${action}`,
      route(`${summary} Of one client.`, { params: ID, ...schema }),
      (request) => found(act(request.body, request.params.id)),
    );
    app.post<{ Body: Record<string, never> }>(
      `/${action}`,
      route(`${summary} Of all, and of those to come.`, schema),
      (request) => ({ clients: act(request.body) }),
    );
  };
  each('pause', 'Holds the playing.', (_, id) => {
    if (id !== undefined) return stage.each(id, (player) => player.pause());
    stage.pause();
    return stage.clients.length;
  });
  each('resume', 'Goes on.', (_, id) => {
    if (id !== undefined) return stage.each(id, (player) => player.resume());
    stage.resume();
    return stage.clients.length;
  });
  each('step', 'Sends what is left of the next event, and holds.', (_, id) => {
    if (id === undefined) stage.options.paused = true;
    return stage.each(id, (player) => player.step());
  });
  each('seek', 'Goes to a moment of the recording.', ({ ms }, id) =>
    stage.each(id, (player) => player.seek(ms!)),
  );
  each('speed', 'Times as fast as it was recorded.', ({ speed }, id) => {
    const value = speed === 'max' ? Infinity : Number(speed);
    if (id !== undefined) return stage.each(id, (player) => player.setSpeed(value));
    stage.setSpeed(value);
    return stage.clients.length;
  });
  app.post('/rewind', route('The next requests get the streams from their beginning.'), () => {
    stage.cast.rewind();
    return {};
  });

  app.put<{ Body: Partial<Settings> }>(
    '/settings',
    route('How streams are answered from now on.', { body: SETTINGS }),
    ({ body }) => {
      Object.assign(stage.options, body);
      return {};
    },
  );

  app.get('/faults', route('The scenario of faults that holds.'), () => stage.options.scenario);
  app.put<{ Body: Scenario }>(
    '/faults',
    route('Other faults: for who comes, and from the next block on for who is there.', {
      body: SCENARIO_SCHEMA,
    }),
    ({ body }) => {
      stage.setScenario(body);
      return {};
    },
  );

  app.post<{ Body: Broadcast }>(
    '/broadcast',
    route('Sends an event, or bytes, to all clients or to some, between two blocks of the recording.', {
      body: BROADCAST,
    }),
    ({ body }) => {
      const block = blockOf(body);
      let clients = 0;
      for (const { id, stream } of stage.clients) {
        if (body.client !== undefined && body.client !== id) continue;
        if (body.stream !== undefined && body.stream !== stream) continue;
        clients += stage.each(id, (player) => player.insert(block));
      }
      return { clients };
    },
  );

  app.get('/statistics', route('Counts since the start.'), () => stage.statistics);

  app.get(
    '/events',
    { schema: { summary: 'Status as an event stream: one event at once, then whenever it has changed.' } },
    (request, reply) => {
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
      });
      let last = '';
      const tell = (): void => {
        const text = JSON.stringify(status());
        // A client that does not read is told what holds when it does.
        if (text === last || raw.writableNeedDrain) return;
        last = text;
        raw.write(encodeBlock({ event: 'status', data: text }));
      };
      tell();
      listeners.add(raw);
      const timer = setInterval(tell, TELL_EVERY);
      request.raw.on('close', () => {
        listeners.delete(raw);
        clearInterval(timer);
      });
      raw.on('error', () => {});
    },
  );

  function status() {
    const { speed, loop, from, to, reconnect, whenOver, heartbeat, paused, scenario } = stage.options;
    return {
      name: 'sse-scope',
      version: controlled.version,
      prefix: controlled.prefix,
      speed: speedText(speed),
      paused,
      loop,
      from,
      to: Number.isFinite(to) ? to : null,
      reconnect,
      whenOver,
      heartbeat,
      faults: scenario,
      sessions: stage.cast.sessions.map(describe),
      clients: stage.clients.map((client) => ({ ...client, speed: speedText(client.speed) })),
      statistics: stage.statistics,
    };
  }
}

/** What goes over as JSON: infinity does not. */
function speedText(speed: number): number | 'max' {
  return speed === Infinity ? 'max' : speed;
}

export function describe({ id, name, streams, notes }: ReplaySession) {
  return {
    id,
    name,
    notes,
    streams: streams.map(({ id, url, path, method, transport, connections, events, bytes }) => ({
      id,
      url,
      path,
      method,
      transport,
      connections: connections.length,
      events,
      bytes,
      ms: connections.reduce((last, { track }) => Math.max(last, track.endAt), 0),
    })),
  };
}

function found(clients: number): { clients: number } {
  if (clients === 0) throw new MockError(404, 'no-client', 'There is no such client any more.');
  return { clients };
}

const BODIES: Record<string, object> = {
  seek: { type: 'object', required: ['ms'], properties: { ms: { type: 'number', minimum: 0 } } },
  speed: { type: 'object', required: ['speed'], properties: { speed: SPEED } },
};

type Settings = Pick<StageOptions, 'loop' | 'reconnect' | 'whenOver' | 'heartbeat'>;

const SETTINGS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    loop: { type: 'boolean' },
    reconnect: { enum: ['as-recorded', 'resume'] },
    whenOver: { enum: ['204', 'again'] },
    heartbeat: { type: 'number', minimum: 0 },
  },
};

interface Broadcast {
  client?: number;
  stream?: string;
  data?: string;
  event?: string;
  id?: string;
  retry?: number;
  comment?: string;
  /** Base64. */
  bytes?: string;
}

const BROADCAST = {
  type: 'object',
  additionalProperties: false,
  anyOf: [{ required: ['data'] }, { required: ['comment'] }, { required: ['bytes'] }],
  properties: {
    client: { type: 'integer' },
    stream: { type: 'string' },
    data: { type: 'string' },
    event: { type: 'string' },
    id: { type: 'string' },
    retry: { type: 'integer', minimum: 0 },
    comment: { type: 'string' },
    bytes: { type: 'string', description: 'Base64; sent as they are.' },
  },
};

function blockOf({ bytes, data, event, id, retry, comment }: Broadcast): Uint8Array {
  if (bytes !== undefined) return Buffer.from(bytes, 'base64');
  try {
    return new TextEncoder().encode(
      encodeBlock({
        ...(comment === undefined ? {} : { comment }),
        ...(retry === undefined ? {} : { retry }),
        ...(event === undefined ? {} : { event }),
        ...(id === undefined ? {} : { id }),
        ...(data === undefined ? {} : { data }),
      }),
    );
  } catch (error) {
    throw new MockError(400, 'no-event', (error as Error).message);
  }
}
