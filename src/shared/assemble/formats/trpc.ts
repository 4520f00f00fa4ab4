import type { Assembled } from '../build/assembled.ts';
import { type Assembler, assembled, Progress, withoutTerminal } from '../build/assembler.ts';
import { filled, isObject, number, object } from '../build/json.ts';
import type { JsonEvent, StreamEnding } from '../build/streamContext.ts';
import { defined } from '../build/usage.ts';

/** tRPC's subscriptions, v11. */
export class TrpcAssembler implements Assembler {
  readonly #progress = new Progress();
  #values = 0;
  #lastId = '';
  #returned = false;

  add({ n, type, json, id }: JsonEvent): void {
    this.#progress.events = n;
    if (id !== '') this.#lastId = id;
    if (type === 'message') {
      this.#values++;
      this.#progress.output(n);
    } else if (type === 'return') this.#returned = true;
    else if (type === 'serialized-error' && isObject(json)) {
      const shape = isObject(json.json) ? json.json : json;
      const code = filled(object(shape.data).code) ?? number(shape.code);
      this.#progress.error = defined({ message: filled(shape.message), code });
    } else if (type !== 'connected' && type !== 'ping' && type !== 'restore-id') this.#progress.unknown(type);
  }

  result(ending: StreamEnding): Assembled {
    return assembled(
      'trpc',
      this.#progress,
      [],
      this.#progress.error ? 'error' : this.#returned ? 'complete' : withoutTerminal(ending),
      {
        usage: null,
        values: this.#values,
        ...(this.#lastId === '' ? {} : { lastId: this.#lastId }),
      },
    );
  }
}
