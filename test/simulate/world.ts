import type { Life } from './browserApi.ts';
import type { Connection } from './connection.ts';
import type { SimulatedDocument } from './document.ts';
import { emptyRecords, type Records } from './memoryStore.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** A tab of the simulated browser. */
export interface Tab {
  id: number;
  document: SimulatedDocument | undefined;
  /** The debugger is attached, and its Network domain is enabled. */
  debugged: boolean;
  network: boolean;
}

/** What a run is made of: chances of each kind of trouble. */
export interface Profile {
  wire: boolean;
  kills: number;
  failures: number;
  drops: number;
  clockJumps: boolean;
  busy: number;
}

/** Everything that outlives the background: the browser, its pages, its network and its storage. */
export interface World {
  random: Random;
  scheduler: Scheduler;
  profile: Profile;
  records: Records;
  /** `storage.session` and `storage.local`. */
  session: Record<string, unknown>;
  local: Record<string, unknown>;
  tabs: Map<number, Tab>;
  connections: Connection[];
  documents: SimulatedDocument[];
  life: Life;
  /** Cuts every port of the background's side. */
  ports: Set<() => void>;
  lives: number;
  nextId(): number;
  /** The storage refuses every write. */
  storageFails: false | 'QuotaExceededError' | 'AbortError';
  failures: number;
  trace: ((line: string) => void) | undefined;
}

export function newWorld(random: Random, scheduler: Scheduler, profile: Profile): Omit<World, 'life'> {
  let id = 0;
  return {
    random,
    scheduler,
    profile,
    records: emptyRecords(),
    session: {},
    local: { wireTap: profile.wire },
    tabs: new Map(),
    connections: [],
    documents: [],
    lives: 0,
    ports: new Set(),
    nextId: () => ++id,
    storageFails: false,
    failures: 0,
    trace: undefined,
  };
}

/** A delay between processes: mostly short, now and then long, as on a busy machine, ms. */
export function latency({ random, profile }: Pick<World, 'random' | 'profile'>): number {
  if (random.chance(profile.busy)) return random.integer(50, 900);
  return random.chance(0.5) ? 0 : random.integer(0, 12);
}

/** The same for the debugger's events and answers, which come through one process, ms. */
export function debuggerLatency({ random, profile }: Pick<World, 'random' | 'profile'>): number {
  if (random.chance(profile.busy)) return random.integer(10, 200);
  return random.chance(0.5) ? 0 : random.integer(0, 12);
}
