import { type ReadonlySignal, signal } from '@preact/signals';
import type { Stream } from '../../shared/session/types.ts';
import { createRateMeter, type RateMeter } from './rate.ts';

/** Rates sink by themselves when nothing comes: they are looked at this often, ms. */
const EVERY = 1000;
/** Rates that a sparkline shows. */
const SPARKS = 30;

/** Events per second of each stream, by its id. */
export interface Rates {
  now: ReadonlySignal<ReadonlyMap<string, number>>;
  /** Over the last half minute, once a second. */
  sparks: ReadonlySignal<ReadonlyMap<string, readonly number[]>>;
  /** Counts have changed. */
  see(): void;
  /** Another session is on show. */
  reset(): void;
}

export function createRates(streams: ReadonlySignal<readonly Stream[]>): Rates {
  const now = signal<ReadonlyMap<string, number>>(new Map());
  const sparks = signal<ReadonlyMap<string, readonly number[]>>(new Map());
  let meters = new Map<string, RateMeter>();

  function see(): void {
    const at = performance.now();
    now.value = new Map(
      streams.value.map(({ id, state, events }) => {
        const meter = meters.get(id) ?? createRateMeter();
        meters.set(id, meter);
        return [id, state === 'ended' ? 0 : meter.see(events, at)];
      }),
    );
  }

  setInterval(() => {
    if (!streams.value.some(({ state }) => state !== 'ended')) return;
    see();
    sparks.value = new Map(
      [...now.value].map(([id, rate]) => [id, [...(sparks.value.get(id) ?? []), rate].slice(-SPARKS)]),
    );
  }, EVERY);

  return {
    now,
    sparks,
    see,
    reset() {
      meters = new Map();
      sparks.value = new Map();
    },
  };
}
