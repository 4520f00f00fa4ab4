import { type Assembler, assembled, Progress } from '../build/assembler.ts';
import type { JsonEvent } from '../build/streamContext.ts';

/** Mercure's updates: opaque, and without an end of their own. */
export class MercureAssembler implements Assembler {
  readonly #progress = new Progress();
  #updates = 0;
  #hubEvents = 0;
  #lastId = '';

  add({ n, type, id }: JsonEvent): void {
    this.#progress.events = n;
    if (type === 'mercure') this.#hubEvents++;
    else this.#updates++;
    this.#progress.output(n);
    if (id !== '') this.#lastId = id;
  }

  readonly result = () =>
    assembled('mercure', this.#progress, [], 'open', {
      usage: null,
      updates: this.#updates,
      hubEvents: this.#hubEvents,
      ...(this.#lastId === '' ? {} : { lastId: this.#lastId }),
    });
}
