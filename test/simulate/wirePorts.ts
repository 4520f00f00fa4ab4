import type { PortLike } from '../../src/shared/protocol/wire.ts';
import type { Scheduler } from './scheduler.ts';

type Listener = (message: never) => void;

/** One end of a port between two contexts, as `runtime.connect` gives it. */
export interface SimulatedPort extends PortLike {
  name: string;
  sender: Record<string, unknown>;
}

/** Two ends whose messages keep their order in each direction, and arrive at some later time. */
export function connectPorts(
  scheduler: Scheduler,
  id: string,
  name: string,
  sender: Record<string, unknown>,
  latency: () => number,
): {
  here: SimulatedPort;
  there: SimulatedPort;
  cut(side: 'here' | 'there'): void;
  breakOff(): void;
} {
  const [up, down] = [`up:${id}`, `down:${id}`];
  const ends = {
    here: { messages: new Set<Listener>(), closed: new Set<() => void>(), open: true },
    there: { messages: new Set<Listener>(), closed: new Set<() => void>(), open: true },
  };
  type Side = keyof typeof ends;
  const other = (side: Side): Side => (side === 'here' ? 'there' : 'here');
  const channel = (from: Side): string => (from === 'here' ? up : down);

  /** This side is gone: the other one hears of it after all that was sent. */
  function cut(side: Side): void {
    if (!ends[side].open) return;
    ends[side].open = false;
    // What was on its way to it has no receiver.
    scheduler.drop(channel(other(side)));
    const far = ends[other(side)];
    scheduler.post(
      channel(side),
      () => {
        if (!far.open) return;
        far.open = false;
        for (const listener of far.closed) listener();
      },
      latency(),
    );
  }

  /** The browser closes it: what is on its way is lost, and both sides hear of it. */
  function breakOff(): void {
    for (const side of ['here', 'there'] as const) {
      if (!ends[side].open) return;
      ends[side].open = false;
      scheduler.drop(channel(side));
    }
    for (const side of ['here', 'there'] as const) {
      scheduler.post(channel(side), () => {
        for (const listener of ends[other(side)].closed) listener();
      });
    }
  }

  function end(side: Side): SimulatedPort {
    const near = ends[side];
    const far = ends[other(side)];
    return {
      name,
      sender,
      postMessage(message) {
        if (!near.open) throw new Error('Attempting to use a disconnected port object');
        scheduler.post(
          channel(side),
          () => {
            if (far.open) for (const listener of far.messages) listener(message as never);
          },
          latency(),
        );
      },
      disconnect: () => cut(side),
      onMessage: {
        addListener: (f) => void near.messages.add(f),
        removeListener: (f) => void near.messages.delete(f),
      },
      onDisconnect: { addListener: (f) => void near.closed.add(f) },
    };
  }
  return { here: end('here'), there: end('there'), cut, breakOff };
}
