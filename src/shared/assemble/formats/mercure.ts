import { type Assembler, assembled, Progress } from '../build/assembler.ts';

/** Mercure's updates: opaque, and without an end of their own. */
export function createMercure(): Assembler {
  const progress = new Progress();
  let updates = 0;
  let hubEvents = 0;
  let lastId = '';
  return {
    add({ n, type, id }) {
      progress.events = n;
      if (type === 'mercure') hubEvents++;
      else updates++;
      progress.output(n);
      if (id !== '') lastId = id;
    },
    result: () =>
      assembled('mercure', progress, [], 'open', {
        usage: null,
        updates,
        hubEvents,
        ...(lastId === '' ? {} : { lastId }),
      }),
  };
}
