import type { FastifyInstance } from 'fastify';
import { MockError } from '../../http/mockError.ts';
import type { Stage } from '../../stage/stage.ts';
import type { ControlContext } from './controlContext.ts';
import { LIST, route } from './route.ts';
import { speedText } from './statusOf.ts';

const ID = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] };

const SPEED = {
  anyOf: [
    { type: 'number', minimum: 0.01, maximum: 1000 },
    { type: 'string', enum: ['max'] },
  ],
};

const BODIES: Record<string, object> = {
  seek: { type: 'object', required: ['ms'], properties: { ms: { type: 'number', minimum: 0 } } },
  speed: { type: 'object', required: ['speed'], properties: { speed: SPEED } },
};

/** Who is being served, and what is done to one client or to all. */
export function clientRoutes(app: FastifyInstance, { stage }: ControlContext): void {
  app.get('/clients', route('Who is being served.', { response: { 200: LIST } }), () =>
    stage.clients.map((client) => ({ ...client, speed: speedText(client.speed) })),
  );

  app.delete<{ Params: { id: number } }>(
    '/clients/:id',
    route('Breaks the connection of a client.', { params: ID }),
    ({ params }) => found(stage.disconnect(params.id)),
  );
  app.delete('/clients', route('Breaks all connections.'), () => ({ clients: stage.disconnect(undefined) }));

  for (const action of actionsOn(stage)) addAction(app, action);
}

/** Something that can be done to one client, or to all and those to come. */
interface Action {
  name: string;
  summary: string;
  /** Returns to how many it was done. */
  act(body: Record<string, never>, id?: number): number;
}

function addAction(app: FastifyInstance, { name, summary, act }: Action): void {
  const body = BODIES[name];
  const schema = body ? { body } : {};
  app.post<{ Params: { id: number }; Body: Record<string, never> }>(
    `/clients/:id/${name}`,
    route(`${summary} Of one client.`, { params: ID, ...schema }),
    (request) => found(act(request.body, request.params.id)),
  );
  app.post<{ Body: Record<string, never> }>(
    `/${name}`,
    route(`${summary} Of all, and of those to come.`, schema),
    (request) => ({ clients: act(request.body) }),
  );
}

function actionsOn(stage: Stage): Action[] {
  return [
    {
      name: 'pause',
      summary: 'Holds the playing.',
      act(_, id) {
        if (id !== undefined) return stage.each(id, (player) => player.pause());
        stage.pause();
        return stage.clients.length;
      },
    },
    {
      name: 'resume',
      summary: 'Goes on.',
      act(_, id) {
        if (id !== undefined) return stage.each(id, (player) => player.resume());
        stage.resume();
        return stage.clients.length;
      },
    },
    {
      name: 'step',
      summary: 'Sends what is left of the next event, and holds.',
      act(_, id) {
        if (id === undefined) stage.options.paused = true;
        return stage.each(id, (player) => player.step());
      },
    },
    {
      name: 'seek',
      summary: 'Goes to a moment of the recording.',
      act: ({ ms }, id) => stage.each(id, (player) => player.seek(ms!)),
    },
    {
      name: 'speed',
      summary: 'Times as fast as it was recorded.',
      act({ speed }, id) {
        const value = speed === 'max' ? Infinity : Number(speed);
        if (id !== undefined) return stage.each(id, (player) => player.setSpeed(value));
        stage.setSpeed(value);
        return stage.clients.length;
      },
    },
  ];
}

function found(clients: number): { clients: number } {
  if (clients === 0) throw new MockError(404, 'no-client', 'There is no such client any more.');
  return { clients };
}
