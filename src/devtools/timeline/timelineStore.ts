import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { LogicalStream } from '../../shared/diagnosis/measures/logical.ts';
import { type ClockJump, clockJumps } from '../../shared/session/clockJumps.ts';
import type { Mark, Session, Stream } from '../../shared/session/types.ts';
import { createPace } from '../data/pace.ts';
import type { ExchangesByStream } from '../data/sessionData.ts';
import type { TimeRange } from '../data/timeRange.ts';
import type { QueryClient } from '../query/client.ts';
import type { Density } from '../query/density.ts';
import type { Stalls } from '../query/findStalls.ts';
import { createLanes } from './createLanes.ts';
import { createView, type TimelineRange } from './createView.ts';
import { type Condition, conditionOf } from './model/condition.ts';
import type { Lane } from './model/lane.ts';
import { countTroubles, type Trouble, troublesOf } from './model/troubles.ts';
import { lagOf } from './recordingLag.ts';

/** While a session is being recorded, its clock ticks so often, ms. */
const TICK = 1000;
/** Stalls are looked for at most this often, ms. */
const STALLS_EVERY = 1000;

/** What the timeline draws, and which part of it. */
export interface TimelineStore extends TimelineRange {
  /** From the beginning of the session to its end, or to now. */
  whole: ReadonlySignal<TimeRange>;
  lanes: ReadonlySignal<readonly Lane[]>;
  /** Up to when spans go that last: now, as far as the recording is not behind, or the end of the session. */
  end: ReadonlySignal<number>;
  /** By the last stream of each lane. */
  conditions: ReadonlySignal<ReadonlyMap<string, Condition>>;
  /** How many gaps, stalls and errors there are. */
  troubleCount: ReadonlySignal<number>;
  /** These, by time: there may be ten thousands, so they are put together when somebody wants to go to one. */
  troubles(): Trouble[];
  /** Jumps of the clock. */
  jumps: ReadonlySignal<readonly ClockJump[]>;
  /** Changes when there are more columns to draw. */
  version: ReadonlySignal<number>;
  density(streams: string[], range: TimeRange, bins: number): Promise<Record<string, Density>>;
}

interface Observed {
  session: ReadonlySignal<Session | undefined>;
  streams: ReadonlySignal<readonly Stream[]>;
  groups: ReadonlySignal<readonly LogicalStream[]>;
  exchanges: ReadonlySignal<ExchangesByStream>;
  marks: ReadonlySignal<readonly Mark[]>;
  live: ReadonlySignal<boolean>;
}

export function createTimelineStore(
  query: QueryClient,
  { session, streams, groups, exchanges, marks, live }: Observed,
): TimelineStore {
  const now = signal(Date.now());
  const version = signal(0);
  const stalls = signal<Record<string, Stalls>>({});

  const whole = computed((): TimeRange => {
    const one = session.value;
    if (!one) return { from: now.value - 1000, to: now.value };
    // Streams may have been opened a little before their session was made.
    let from = one.startedAt;
    let last = 0;
    for (const { openedAt, lastAt = 0 } of streams.value) {
      from = Math.min(from, openedAt);
      last = Math.max(last, lastAt);
    }
    const to = live.value ? Math.max(now.value, last) : Math.max(one.endedAt ?? last, last);
    return { from, to: Math.max(to, from + 100) };
  });
  const range = createView(whole, live);
  let jumpsBefore: readonly ClockJump[] = [];
  const jumps = computed(() => {
    const found = clockJumps(marks.value);
    // Nearly always the same as before: then what was worked out with them holds.
    if (found.length !== jumpsBefore.length || found.some(({ at }, i) => at !== jumpsBefore[i]!.at)) {
      jumpsBefore = found;
    }
    return jumpsBefore;
  });
  /** ms by which the recording is behind the page: silence is known only up to there. */
  const lag = lagOf(session, streams);
  const end = computed(() => (live.value ? now.value - lag.value : whole.value.to));
  const lanes = createLanes({ groups, exchanges, stalls, jumps, end, live });
  const conditions = computed(
    () =>
      new Map(
        lanes.value.map((lane) => {
          const { id } = lane.streams.at(-1)!;
          const last = exchanges.value.get(id)?.at(-1);
          return [id, conditionOf(lane, last, live.value, end.value)] as const;
        }),
      ),
  );

  setInterval(() => {
    if (live.value && !document.hidden) now.value = Date.now();
  }, TICK);

  const pace = createPace(STALLS_EVERY);
  let asking = false;
  function askStalls(): void {
    if (asking) return;
    asking = true;
    setTimeout(async () => {
      pace.taken();
      const ids = streams.value.map(({ id }) => id);
      if (ids.length > 0)
        stalls.value = await query.ask('stalls', [ids, [...jumps.value]]).catch(() => stalls.value);
      asking = false;
    }, pace.wait());
  }
  query.onGrown(() => {
    version.value++;
    askStalls();
  });
  // Another session: what was known of the one before is of no use.
  let shown = '';
  effect(() => {
    const id = session.value?.id ?? '';
    if (id === shown) return;
    shown = id;
    stalls.value = {};
    now.value = Date.now();
  });

  return {
    whole,
    ...range,
    lanes,
    end,
    conditions,
    troubleCount: computed(() => countTroubles(lanes.value)),
    troubles: () => troublesOf(lanes.value, end.value),
    jumps,
    version,
    density: (ids, range, bins) => query.ask('density', [ids, range.from, range.to, bins]),
  };
}
