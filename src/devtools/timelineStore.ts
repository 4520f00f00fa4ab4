import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { LogicalStream } from '../shared/session/health/logical.ts';
import type { Exchange, Session, Stream } from '../shared/session/types.ts';
import type { QueryClient } from './query/client.ts';
import type { Density } from './query/density.ts';
import type { Stalls } from './query/stalls.ts';
import { type Condition, conditionOf } from './state/condition.ts';
import { exchangesByStream } from './state/exchangesByStream.ts';
import { type Lane, laneOf, type Trouble, troublesOf } from './state/lanes.ts';
import { pan, showing, type TimeRange, within, zoom } from './state/timeView.ts';

/** While a session is being recorded, its clock ticks so often, ms. */
const TICK = 1000;
/** Stalls are looked for at most this often, ms. */
const STALLS_EVERY = 1000;

/** What the timeline draws, and which part of it. */
export interface TimelineStore {
  /** From the beginning of the session to its end, or to now. */
  whole: ReadonlySignal<TimeRange>;
  /** The part on show. */
  view: ReadonlySignal<TimeRange>;
  /** New entries keep coming into view at its right end. */
  followsLive: ReadonlySignal<boolean>;
  lanes: ReadonlySignal<Lane[]>;
  /** By the last stream of each lane. */
  conditions: ReadonlySignal<ReadonlyMap<string, Condition>>;
  troubles: ReadonlySignal<Trouble[]>;
  /** Changes when there are more columns to draw. */
  version: ReadonlySignal<number>;
  setView(view: TimeRange): void;
  zoomAt(at: number, factor: number): void;
  panBy(ms: number): void;
  /** Everything on show, from the beginning to now. */
  fit(): void;
  followLive(): void;
  show(range: TimeRange): void;
  density(streams: string[], range: TimeRange, bins: number): Promise<Record<string, Density>>;
}

interface Observed {
  session: ReadonlySignal<Session | undefined>;
  streams: ReadonlySignal<Stream[]>;
  groups: ReadonlySignal<LogicalStream[]>;
  exchanges: Signal<Exchange[]>;
  live: ReadonlySignal<boolean>;
}

export function createTimelineStore(
  query: QueryClient,
  { session, streams, groups, exchanges, live }: Observed,
): TimelineStore {
  const now = signal(Date.now());
  const version = signal(0);
  const stalls = signal<Record<string, Stalls>>({});
  /** Undefined: everything. */
  const chosen = signal<TimeRange | undefined>(undefined);
  /** Length of the view that goes along with the clock; undefined: it stands still, or shows everything. */
  const liveSpan = signal<number | undefined>(undefined);

  const whole = computed((): TimeRange => {
    const one = session.value;
    if (!one) return { from: now.value - 1000, to: now.value };
    // Streams may have been opened a little before their session was made.
    const from = Math.min(one.startedAt, ...streams.value.map(({ openedAt }) => openedAt));
    const last = streams.value.reduce((latest, { lastAt }) => Math.max(latest, lastAt ?? 0), 0);
    const to = live.value ? Math.max(now.value, last) : Math.max(one.endedAt ?? last, last);
    return { from, to: Math.max(to, from + 100) };
  });
  const view = computed((): TimeRange => {
    const all = whole.value;
    if (liveSpan.value !== undefined) {
      return within({ from: all.to - liveSpan.value, to: all.to }, all);
    }
    return chosen.value ? within(chosen.value, all) : all;
  });
  const byStream = computed(() => exchangesByStream(streams.value, exchanges.value));
  const lanes = computed(() =>
    groups.value.map((group) => {
      const ids = group.streams.map(({ id }) => id);
      return laneOf(
        group.streams,
        ids.flatMap((id) => byStream.value.get(id) ?? []),
        ids.flatMap((id) => stalls.value[id]?.stalls ?? []),
        stalls.value[ids.at(-1)!]?.threshold,
        live.value ? now.value : whole.value.to,
        live.value,
      );
    }),
  );
  const conditions = computed(
    () =>
      new Map(
        lanes.value.map((lane) => {
          const all = lane.streams.flatMap(({ id }) => byStream.value.get(id) ?? []);
          return [lane.streams.at(-1)!.id, conditionOf(lane, all, live.value)] as const;
        }),
      ),
  );
  const troubles = computed(() => troublesOf(lanes.value));

  setInterval(() => {
    if (live.value && !document.hidden) now.value = Date.now();
  }, TICK);

  let stallsAt = 0;
  let asking = false;
  function askStalls(): void {
    if (asking) return;
    asking = true;
    setTimeout(
      async () => {
        stallsAt = Date.now();
        const ids = streams.value.map(({ id }) => id);
        if (ids.length > 0) stalls.value = await query.ask('stalls', [ids]).catch(() => stalls.value);
        asking = false;
      },
      Math.max(0, stallsAt + STALLS_EVERY - Date.now()),
    );
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

  function setView(next: TimeRange): void {
    const all = whole.value;
    const bounded = within(next, all);
    const isAll = bounded.from <= all.from && bounded.to >= all.to;
    liveSpan.value = undefined;
    chosen.value = isAll ? undefined : bounded;
  }

  return {
    whole,
    view,
    followsLive: computed(() => live.value && (liveSpan.value !== undefined || chosen.value === undefined)),
    lanes,
    conditions,
    troubles,
    version,
    setView,
    zoomAt(at, factor) {
      const followed = liveSpan.value !== undefined;
      const next = zoom(view.value, whole.value, at, factor);
      setView(next);
      // Zooming does not end the following: the right end stays now.
      if (followed && chosen.value) liveSpan.value = next.to - next.from;
    },
    panBy: (ms) => setView(pan(view.value, whole.value, ms)),
    fit() {
      liveSpan.value = undefined;
      chosen.value = undefined;
    },
    followLive() {
      const span = view.value.to - view.value.from;
      const all = whole.value.to - whole.value.from;
      liveSpan.value = span < all ? span : Math.min(all, 30_000);
    },
    show: (range) => setView(showing(range, whole.value)),
    density: (ids, range, bins) => query.ask('density', [ids, range.from, range.to, bins]),
  };
}
