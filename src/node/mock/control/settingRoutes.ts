import type { FastifyInstance } from 'fastify';
import type { Scenario } from '../../faults/faults.ts';
import { SCENARIO_SCHEMA } from '../../faults/faultsSchema.ts';
import type { StageOptions } from '../../stage/stageOptions.ts';
import type { ControlContext } from './controlContext.ts';
import { route } from './route.ts';

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

/** How streams are answered, and what goes wrong on purpose. */
export function settingRoutes(app: FastifyInstance, { stage }: ControlContext): void {
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
}
