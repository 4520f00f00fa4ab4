import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { VERSION } from '../../version.ts';
import { broadcastRoute } from './broadcastRoute.ts';
import { clientRoutes } from './clientRoutes.ts';
import type { ControlContext } from './controlContext.ts';
import { type ControlGuard, guardControl } from './guardControl.ts';
import { sessionRoutes } from './sessionRoutes.ts';
import { settingRoutes } from './settingRoutes.ts';
import { statusRoutes } from './statusRoutes.ts';

/** Where the control API is. */
export const CONTROL = '/_sse-scope/api';

/** Adds the control API, behind its guard, with its description as OpenAPI. */
export async function addControlApi(
  app: FastifyInstance,
  guard: ControlGuard,
  context: ControlContext,
): Promise<void> {
  await app.register(
    async (control) => {
      await control.register(swagger, {
        openapi: {
          info: { title: 'SSE Scope mock server', version: VERSION },
          components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
          security: [{ token: [] }],
        },
      });
      control.addHook('onRequest', async (request, reply) => guardControl(request, reply, guard));
      control.options('/*', { schema: { hide: true } }, (_request, reply) => {
        reply.header('access-control-allow-methods', 'GET, POST, PUT, DELETE').code(204).send();
      });
      for (const add of [statusRoutes, sessionRoutes, clientRoutes, settingRoutes, broadcastRoute])
        add(control, context);
      control.get('/openapi.json', { schema: { hide: true } }, () => control.swagger());
    },
    { prefix: CONTROL },
  );
}
