import type { FastifyInstance } from 'fastify';
import { encodeBlock } from '../../../shared/sse/encode.ts';
import { MockError } from '../../http/mockError.ts';
import type { ControlContext } from './controlContext.ts';
import { route } from './route.ts';

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

/** Sends an event that was written by hand. */
export function broadcastRoute(app: FastifyInstance, { stage }: ControlContext): void {
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
}

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
