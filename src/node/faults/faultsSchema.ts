const count = { type: 'integer', minimum: 0 };
const ms = { type: 'number', minimum: 0 };
const choice = object({
  every: { type: 'integer', minimum: 1 },
  chance: { type: 'number', minimum: 0, maximum: 1 },
});
const after = { events: count, bytes: count, ms };

function object(properties: object, required: string[] = []) {
  return { type: 'object', additionalProperties: false, properties, required };
}

/** JSON Schema of {@link Faults}. */
export const FAULTS_SCHEMA = object({
  drop: { ...object({ ...after, clean: { type: 'boolean' } }), minProperties: 1 },
  stall: { ...object({ ...after, forMs: ms }), minProperties: 1 },
  delay: object({ ms }, ['ms']),
  jitter: object({ ms }, ['ms']),
  rate: object({ bytesPerSecond: { type: 'number', exclusiveMinimum: 0 } }, ['bytesPerSecond']),
  split: object({
    at: { type: 'array', items: count, maxItems: 10_000 },
    size: { type: 'integer', minimum: 1 },
    gapMs: ms,
  }),
  duplicate: choice,
  reorder: choice,
  corrupt: choice,
  truncateLast: { type: 'boolean' },
  status: { type: 'integer', minimum: 200, maximum: 599 },
  contentType: { type: 'string', maxLength: 200, pattern: '^[\\x20-\\x7e]*$' },
  retry: { type: 'integer', minimum: 0 },
  forgetIds: { type: 'boolean' },
  ignoreLastEventId: { type: 'boolean' },
  buffer: object({ bytes: { type: 'integer', minimum: 1 }, ms }),
  compress: object({ encoding: { enum: ['gzip', 'br', 'deflate'] }, flush: { type: 'boolean' } }, [
    'encoding',
  ]),
  refuse: object({ ms, times: count }),
});

/** JSON Schema of a scenario file. */
export const SCENARIO_SCHEMA = object(
  {
    seed: { type: 'integer' },
    rules: {
      type: 'array',
      maxItems: 1000,
      items: object(
        {
          path: { type: 'string', maxLength: 4000 },
          connections: { type: 'array', items: { type: 'integer', minimum: 1 }, maxItems: 10_000 },
          faults: FAULTS_SCHEMA,
        },
        ['faults'],
      ),
    },
  },
  ['rules'],
);
