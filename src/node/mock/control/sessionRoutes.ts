import type { FastifyInstance } from 'fastify';
import { MockError } from '../../http/mockError.ts';
import type { ControlContext } from './controlContext.ts';
import { LIST, route } from './route.ts';
import { sessionStatus } from './statusOf.ts';

/** Which sessions are served. */
export function sessionRoutes(app: FastifyInstance, { stage, upload }: ControlContext): void {
  app.addContentTypeParser(
    ['application/octet-stream', 'application/har+json', 'text/event-stream', 'application/gzip'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );

  app.get('/sessions', route('The sessions that are served.', { response: { 200: LIST } }), () =>
    stage.cast.sessions.map(sessionStatus),
  );

  app.post<{ Querystring: { name?: string }; Body: Buffer }>(
    '/sessions',
    route('Adds a session file: HAR or an event stream, as application/octet-stream; gzip too.', {
      querystring: { type: 'object', properties: { name: { type: 'string', maxLength: 300 } } },
    }),
    async ({ query, body }) => {
      if (!Buffer.isBuffer(body))
        throw new MockError(415, 'wrong-type', 'Send the file as application/octet-stream.');
      return sessionStatus(await upload(query.name ?? 'session', body));
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
}
