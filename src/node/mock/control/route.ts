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
/** Of an answer that is a list of objects. */
export const LIST = { type: 'array', items: ANY };

/**
 * What the OpenAPI document says of a route, and what fastify checks.
 *
 * @param more - schemas of the request, or of another answer
 */
export function route(
  summary: string,
  more: { response?: object; [part: string]: unknown } = {},
): { schema: object } {
  return { schema: { summary, ...more, response: { 200: ANY, ...more.response, '4xx': ERROR } } };
}
