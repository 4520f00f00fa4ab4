import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyError, FastifyRequest } from 'fastify';
import { NO_FAULTS } from '../faults/faults.ts';
import { checkHost } from '../http/guard.ts';
import { Stage } from '../stage/stage.ts';
import { VERSION } from '../version.ts';
import { createSessionAdder } from './addSession.ts';
import { answerError } from './answerError.ts';
import { addControlApi } from './control/controlApi.ts';
import type { MockServer, MockServerOptions } from './mockServer.ts';
import { newApp } from './newApp.ts';
import { serveSessions } from './serveSessions.ts';

// This file is the entry of the package.
export type { MockServer, MockServerOptions } from './mockServer.ts';

/** Clients are given this long to take what is left, ms. */
const CLOSE_WITHIN = 2000;

/**
 * Starts a server that plays recorded sessions to whoever asks for their addresses.
 *
 * @throws when the port is taken, or a file cannot be read
 */
export async function createMockServer(options: MockServerOptions = {}): Promise<MockServer> {
  const { host = '127.0.0.1', port = 0, tls, allowHosts = [], allowOrigins = [] } = options;
  const token = options.token ?? randomBytes(18).toString('base64url');
  const secret = randomBytes(12).toString('base64url');
  const prefix = `/~${secret}`;
  const stage = new Stage(options);
  const guard = { hosts: [host, ...allowHosts], origins: allowOrigins };
  const address = (): AddressInfo => app.server.address() as AddressInfo;
  const url = (): string => {
    const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    return `${tls ? 'https' : 'http'}://${name}:${address().port}`;
  };

  const add = createSessionAdder(stage);
  for (const session of options.sessions ?? []) await add(session);

  const app = newApp(options);
  app.setErrorHandler((error: FastifyError | Error, _request, reply) => answerError(error, reply));
  app.addHook('onRequest', async (request) => checkHost(request.headers.host ?? hostOf(request), guard));

  await addControlApi(
    app,
    { token, allowOrigins, ownOrigin: url },
    { stage, version: VERSION, prefix, upload: (name, bytes) => add({ name, bytes }) },
  );
  await serveSessions(app, { stage, guard, prefix, url });

  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new Error(`Port ${port} is taken. Choose another one with --port, or 0 for any that is free.`);
    throw error;
  }
  return {
    url: url(),
    token,
    port: address().port,
    get sessions() {
      return stage.cast.sessions;
    },
    get clients() {
      return stage.clients;
    },
    get statistics() {
      return stage.statistics;
    },
    urlOf(recorded) {
      const { pathname, search } = new URL(recorded, url());
      return url() + pathname + search;
    },
    add,
    pause: () => stage.pause(),
    resume: () => stage.resume(),
    step() {
      stage.options.paused = true;
      stage.each(undefined, (player) => player.step());
    },
    seek: (ms) => void stage.each(undefined, (player) => player.seek(ms)),
    setSpeed: (speed) => stage.setSpeed(speed),
    setFaults: (scenario = NO_FAULTS) => stage.setScenario(scenario),
    disconnect: () => stage.disconnect(undefined),
    rewind: () => stage.cast.rewind(),
    async close() {
      stage.close();
      // Who does not read cannot be waited for.
      const timer = setTimeout(() => stage.disconnect(undefined), CLOSE_WITHIN);
      await app.close();
      clearTimeout(timer);
    },
  };
}

function hostOf(request: FastifyRequest): string | undefined {
  const authority = request.headers[':authority'];
  return typeof authority === 'string' ? authority : undefined;
}
