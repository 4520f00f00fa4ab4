import { parseArgs } from 'node:util';
import { simulate } from '../test/simulate/simulate.ts';

// Runs the recorder against a simulated browser: npm run simulate -- --seeds 200000 [--from 1] [--seed 42: with a trace]
const { values } = parseArgs({
  options: { seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' } },
});
const from = Number(values.seed ?? values.from ?? 1);
const seeds = values.seed === undefined ? Number(values.seeds ?? 2000) : 1;
const began = performance.now();
let [steps, connections, bytes, failed] = [0, 0, 0, 0];
for (let seed = from; seed < from + seeds; seed++) {
  const outcome = await simulate(seed, values.seed === undefined ? undefined : console.log);
  steps += outcome.steps;
  connections += outcome.connections;
  bytes += outcome.bytes;
  if (outcome.violations.length === 0) continue;
  if (++failed <= 20)
    console.log(`seed ${seed} ${JSON.stringify(outcome.profile)}:\n  ${outcome.violations.join('\n  ')}`);
}
const seconds = (performance.now() - began) / 1000;
console.log(
  JSON.stringify({
    seeds,
    failed,
    schedulesPerSecond: Math.round((seeds / seconds) * 10) / 10,
    steps,
    connections,
    bytes,
  }),
);
process.exit(failed === 0 ? 0 : 1);
