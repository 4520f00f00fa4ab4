import { parseArgs } from 'node:util';
import { type Counts, killsOf, soakRound, type WireMode } from '../test/soak/soak.ts';
import { chromiumDriver, firefoxDriver } from '../test/support/driver.ts';

// Holds everything that is stored against everything that was sent. See `npm run soak` in README.md.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    browser: { type: 'string', default: 'both' },
    wire: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const browsers = values.browser === 'both' ? (['chromium', 'firefox'] as const) : [values.browser];
const wires = values.wire === undefined ? ['on', 'off', 'switch'] : [values.wire];
if (
  !(minutes > 0) ||
  !Number.isSafeInteger(seed) ||
  !browsers.every((one) => one === 'chromium' || one === 'firefox') ||
  !wires.every((one) => one === 'on' || one === 'off' || one === 'switch')
) {
  console.error(
    'npm run soak -- [--minutes N] [--seed N] [--browser chromium|firefox|both] [--wire on|off|switch]',
  );
  process.exit(2);
}

/** A round has a browser of its own: what it stores stays below the limit for recordings. */
const LONGEST_ROUND = 60;

const totals = new Map<string, Counts & { rounds: number }>();
for (const browser of browsers) {
  const seconds = (minutes * 60) / browsers.length;
  const rounds = Math.max(1, Math.ceil(seconds / LONGEST_ROUND));
  for (let i = 0; i < rounds; i++) {
    const own = seed + i;
    const wire = (browser === 'firefox' ? 'on' : wires[Math.floor(i / 2) % wires.length]) as WireMode;
    const kills = killsOf(own);
    const name = `${browser}, wire ${browser === 'firefox' ? 'always' : wire}${kills ? ', kills' : ''}`;
    console.log(`── ${name}, round ${i + 1} of ${rounds}, seed ${own}`);
    const { described, ...counts } = await soakRound({
      launch: browser === 'firefox' ? firefoxDriver : chromiumDriver,
      seed: own,
      seconds: seconds / rounds,
      wire,
      kills,
      progress: console.log,
    });
    for (const one of described) console.log(one);
    totals.set(name, add(totals.get(name), counts));
  }
}

function add(sum: (Counts & { rounds: number }) | undefined, one: Counts): Counts & { rounds: number } {
  if (!sum) return { rounds: 1, ...one };
  const violations = Object.fromEntries(
    Object.entries(sum.violations).map(([kind, count]) => [
      kind,
      count + one.violations[kind as keyof Counts['violations']],
    ]),
  ) as Counts['violations'];
  return {
    rounds: sum.rounds + 1,
    pages: sum.pages + one.pages,
    connections: sum.connections + one.connections,
    exchanges: sum.exchanges + one.exchanges,
    sentBytes: sum.sentBytes + one.sentBytes,
    bytes: sum.bytes + one.bytes,
    kills: sum.kills + one.kills,
    violations,
  };
}

console.table(
  Object.fromEntries(
    [...totals].map(([name, { violations, ...counts }]) => [
      name,
      { ...counts, ...Object.fromEntries(Object.entries(violations).filter(([, count]) => count > 0)) },
    ]),
  ),
);
let all: (Counts & { rounds: number }) | undefined;
for (const { rounds, ...counts } of totals.values()) all = add(all, counts);
const failed = Object.values(all!.violations).some((count) => count > 0);
console.log(JSON.stringify({ seed, minutes, ...all }));
process.exit(failed ? 1 : 0);
