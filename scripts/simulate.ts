import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { runSeeds } from '../test/simulate/runSeeds.ts';
import { type Outcome, simulate } from '../test/simulate/simulate.ts';
import { runMutations } from './mutations.ts';

// Runs the recorder against a simulated browser:
// npm run simulate -- --seeds 200000 [--from 1] [--workers 2: threads] [--first: only up to the first failure]
// npm run simulate -- --seed 42: that one, with a trace
// npm run simulate -- --mutations [--only NAME]: which faults that are put into the code are found within so many seeds
const OPTIONS = {
  seeds: { type: 'string', default: '2000' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  first: { type: 'boolean', default: false },
  mutations: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  workers: { type: 'string', default: String(availableParallelism()) },
} as const;
/** So many seeds a thread takes at a time. */
const SHARE = 128;
/** Failing runs that are printed; the others are counted. */
const MOST_PRINTED = 50;

interface Share {
  from: number;
  count: number;
}

const sum = { seeds: 0, failed: 0, steps: 0, connections: 0, bytes: 0 };

if (isMainThread) await main();
else await runShares();

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.mutations) {
    const areFound = await runMutations(process.cwd(), Number(values.seeds), values.only);
    process.exitCode = areFound ? 0 : 1;
    return;
  }
  const began = performance.now();
  if (values.seed !== undefined) count(await simulate(Number(values.seed), console.log));
  else
    await inThreads(
      Number(values.from),
      Number(values.seeds),
      Math.max(1, Number(values.workers)),
      values.first,
    );
  const seconds = (performance.now() - began) / 1000;
  const schedulesPerSecond = Math.round((sum.seeds / seconds) * 10) / 10;
  console.log(JSON.stringify({ ...sum, seconds: Math.round(seconds), schedulesPerSecond }));
  process.exitCode = sum.failed === 0 ? 0 : 1;
}

async function inThreads(from: number, seeds: number, workers: number, isFirst: boolean): Promise<void> {
  let next = from;
  function takeShare(): Share | undefined {
    const count = Math.min(SHARE, from + seeds - next);
    if (count <= 0 || (isFirst && sum.failed > 0)) return undefined;
    next += count;
    return { from: next - count, count };
  }
  const threads = Array.from({ length: Math.min(workers, Math.ceil(seeds / SHARE)) }, () =>
    runThread(takeShare),
  );
  await Promise.all(threads);
}

function runThread(takeShare: () => Share | undefined): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: takeShare(),
    // Nearly everything is garbage at once: fewer collections of more.
    resourceLimits: { maxYoungGenerationSizeMb: 128 },
  });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => resolve());
    worker.on('message', (message: Outcome | 'free') => {
      if (message === 'free') worker.postMessage(takeShare());
      else count(message);
    });
  });
}

async function runShares(): Promise<void> {
  let share = workerData as Share | undefined;
  while (share) {
    await runSeeds(share.from, share.count, (outcome) => parentPort!.postMessage(outcome));
    share = await new Promise((resolve) => {
      parentPort!.once('message', resolve);
      parentPort!.postMessage('free');
    });
  }
}

function count({ seed, profile, violations, steps, connections, bytes }: Outcome): void {
  sum.seeds++;
  sum.steps += steps;
  sum.connections += connections;
  sum.bytes += bytes;
  if (violations.length === 0) return;
  if (++sum.failed > MOST_PRINTED) return;
  console.log(`seed ${seed} ${JSON.stringify(profile)}:\n  ${violations.join('\n  ')}`);
}
