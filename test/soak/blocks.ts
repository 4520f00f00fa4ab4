import { createHash } from 'node:crypto';
import type { Random } from '../simulate/random.ts';
import type { SentBlock } from './log.ts';
import type { PlannedConnection } from './plan.ts';

/** Text to cut data from: letters of one to four bytes. */
const FILLER = Array.from({ length: 60_000 }, (_, i) => `${(i * 7919) % 100_003} ä€漢🎉 `)
  .join('')
  .repeat(4);

/** Types of events. Nobody listens to the last one. */
const TYPES = ['message', 'message', 'tick', 'quiet'];

/** The n-th block of a connection, and the bytes that say it. */
export function makeBlock(
  connection: string,
  n: number,
  { load, ids }: PlannedConnection,
  random: Random,
): { block: SentBlock; bytes: Buffer } {
  const name = `${connection}.${n}`;
  if (random.chance(0.1)) {
    return { block: { name, kind: 'comment', type: '', data: '' }, bytes: Buffer.from(`: ${name}\n\n`) };
  }
  const withId = ids === 'always' || (ids === 'sometimes' && random.chance(0.5));
  const type = random.pick(TYPES);
  // The least there is can be told by its ID alone.
  const data = withId && random.chance(0.1) ? 'x' : dataOf(name, sizeOf(load, random), random);
  const text = `${type === 'message' ? '' : `event: ${type}\n`}${withId ? `id: ${name}\n` : ''}data: ${data}\n\n`;
  return { block: { name, kind: 'event', type, data }, bytes: Buffer.from(text) };
}

function dataOf(name: string, size: number, random: Random): string {
  const from = random.integer(0, 1000);
  const rest = FILLER.slice(from, from + size).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  const hash = createHash('sha1').update(rest).digest('hex').slice(0, 8);
  return `${name} ${hash} ${rest}`;
}

/** UTF-16 units: up to about 2 MB. */
function sizeOf(load: PlannedConnection['load'], random: Random): number {
  if (load === 'large') return random.integer(50_000, 1_100_000);
  if (load === 'mixed' && random.chance(0.05)) return random.integer(5_000, 150_000);
  return random.chance(0.7) ? random.integer(0, 60) : random.integer(60, 2_000);
}
