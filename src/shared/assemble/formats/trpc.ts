import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { filled, isObject, number, object } from '../build/json.ts';
import { defined } from '../build/usage.ts';

/** tRPC's subscriptions, v11. */
export function createTrpc(): Assembler {
  const progress = new Progress();
  let values = 0;
  let lastId = '';
  let returned = false;

  return {
    add({ n, type, json, id }) {
      progress.events = n;
      if (id !== '') lastId = id;
      if (type === 'message') {
        values++;
        progress.output(n);
      } else if (type === 'return') returned = true;
      else if (type === 'serialized-error' && isObject(json)) {
        const shape = isObject(json.json) ? json.json : json;
        const code = filled(object(shape.data).code) ?? number(shape.code);
        progress.error = defined({ message: filled(shape.message), code });
      } else if (type !== 'connected' && type !== 'ping' && type !== 'restore-id') progress.unknown(type);
    },
    result: (ending) =>
      assembled(
        'trpc',
        progress,
        [],
        progress.error ? 'error' : returned ? 'complete' : withoutTerminal(ending),
        {
          usage: null,
          values,
          ...(lastId === '' ? {} : { lastId }),
        },
      ),
  };
}
