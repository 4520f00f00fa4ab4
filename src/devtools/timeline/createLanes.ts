import { computed, type ReadonlySignal } from '@preact/signals';
import type { LogicalStream } from '../../shared/diagnosis/measures/logical.ts';
import type { ClockJump } from '../../shared/session/clockJumps.ts';
import type { ExchangesByStream } from '../data/sessionData.ts';
import type { Stalls } from '../query/findStalls.ts';
import { LaneBuilder } from './model/LaneBuilder.ts';
import type { Lane } from './model/lane.ts';

export interface LaneInputs {
  groups: ReadonlySignal<readonly LogicalStream[]>;
  exchanges: ReadonlySignal<ExchangesByStream>;
  /** By stream. */
  stalls: ReadonlySignal<Record<string, Stalls>>;
  jumps: ReadonlySignal<readonly ClockJump[]>;
  end: ReadonlySignal<number>;
  live: ReadonlySignal<boolean>;
}

/** A lane for each logical stream. What was worked out before is kept, as long as it holds. */
export function createLanes(inputs: LaneInputs): ReadonlySignal<readonly Lane[]> {
  const { groups, exchanges, stalls, jumps, end, live } = inputs;
  let builders = new Map<string, LaneBuilder>();
  return computed(() => {
    const before = builders;
    builders = new Map();
    return groups.value.map((group): Lane => {
      const first = group.streams[0]!.id;
      const builder = before.get(first) ?? new LaneBuilder();
      builders.set(first, builder);
      const ids = group.streams.map(({ id }) => id);
      return builder.update({
        streams: group.streams,
        exchanges:
          ids.length === 1
            ? (exchanges.value.get(first) ?? [])
            : ids.flatMap((id) => exchanges.value.get(id) ?? []),
        stalls: ids.flatMap((id) => stalls.value[id]?.stalls ?? []),
        threshold: stalls.value[ids.at(-1)!]?.threshold,
        jumps: jumps.value,
        now: end.value,
        live: live.value,
      });
    });
  });
}
