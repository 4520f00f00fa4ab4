import { check } from './check.ts';
import { createRandom } from './random.ts';
import { act, begin } from './scenario.ts';
import { Scheduler } from './scheduler.ts';
import { newWorld, type Profile, type World } from './world.ts';

export interface Outcome {
  seed: number;
  profile: Profile;
  violations: string[];
  steps: number;
  connections: number;
  bytes: number;
}

/** Time in which everything that is on its way arrives, also behind pauses and retries, simulated ms. */
const SETTLES_WITHIN = 60_000;

/**
 * Runs the background against a simulated browser. The seed decides everything: the order of messages, timers and
 * transactions, what pages and servers do, when the background is killed, when the storage fails.
 */
export async function simulate(seed: number, trace?: (line: string) => void): Promise<Outcome> {
  const random = createRandom(seed);
  const scheduler = new Scheduler(random);
  const profile: Profile = {
    wire: random.chance(0.6),
    kills: random.chance(0.4) ? 0.1 : 0,
    failures: random.chance(0.25) ? 0.1 : 0,
    drops: random.chance(0.3) ? 0.1 : 0,
    clockJumps: random.chance(0.15),
    busy: random.pick([0, 0.02, 0.1]),
  };
  const world = begin(newWorld(random, scheduler, profile), random.chance(0.2) ? 2 : 1);
  if (trace) world.trace = (line) => trace(`${scheduler.now} ${line}`);
  let steps = await run(world, 300);
  for (let actions = random.integer(3, 25); actions > 0; actions--) {
    act(world);
    steps += await run(world, random.chance(0.4) ? random.integer(0, 30) : random.integer(0, 1500));
  }
  world.storageFails = false;
  steps += await run(world, SETTLES_WITHIN);
  const bytes = world.connections.reduce((sum, { received }) => sum + received.length, 0);
  const violations = check(world);
  world.life.dead = true;
  return { seed, profile, violations, steps, connections: world.connections.length, bytes };
}

/** Lets so much time pass, ms. After each step all that follows from it at once is done. */
async function run({ scheduler }: World, duration: number): Promise<number> {
  const until = scheduler.now + duration;
  let steps = 0;
  while (scheduler.step(until)) {
    steps++;
    await new Promise(setImmediate);
  }
  scheduler.passTo(until);
  return steps;
}
