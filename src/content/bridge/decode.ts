import type { ClockPair, PageFact } from '../../shared/protocol/pageLink.ts';
import { decodeFact } from './decodeFact.ts';
import type { PageMemory } from './memory.ts';
import { isFields } from './untrustedValues.ts';

const MAX_FACTS = 100_000;

/** No clock of the page is further than this from the bridge's own: it would have slept so long on the way here, ms. */
const MAX_CLOCK_DIFFERENCE = 86_400_000;

/** What the page side says, as the bridge takes it. */
type Decoded =
  | { type: 'FactsReported'; session: string; facts: PageFact[]; clock: ClockPair }
  | { type: 'StreamSeen' };

/**
 * Reads what came from the page. The page may have reached the port (a same-origin parent can), so nothing is
 * believed: every field has its type, every list its bound, every offset stays inside what it points into.
 *
 * @param clock - the bridge's own clocks, now
 * @param memory - where the page tap may have left bytes: they are copied before this call returns
 * @returns the message, its facts without those that are malformed; undefined for anything else
 */
export function decodePageMessage(
  message: unknown,
  clock: ClockPair,
  memory: PageMemory,
): Decoded | undefined {
  if (!isFields(message)) return undefined;
  if (message.type === 'StreamSeen') return { type: 'StreamSeen' };
  if (message.type !== 'FactsReported') return undefined;
  const { session, facts } = message;
  if (typeof session !== 'string' || session.length > 100 || !Array.isArray(facts)) return undefined;
  const decoded: PageFact[] = [];
  for (const fact of facts.slice(0, MAX_FACTS)) {
    const one = isFields(fact) ? decodeFact(fact, memory) : undefined;
    if (one) decoded.push(one);
  }
  const dropped = facts.length - decoded.length;
  const made = decodeClock(message.clock, clock);
  if (dropped > 0) {
    decoded.push({ type: 'DataLost', stream: 0, at: made.monotonic, count: dropped, reason: 'refused' });
  }
  return { type: 'FactsReported', session, facts: decoded, clock: made };
}

/** The page's pair of clocks; the bridge's own where that is no pair, or none that the same clocks could have shown. */
function decodeClock(pair: unknown, own: ClockPair): ClockPair {
  if (!isFields(pair)) return own;
  const { monotonic, wall } = pair;
  if (typeof monotonic !== 'number' || typeof wall !== 'number') return own;
  const passed = own.monotonic - monotonic;
  const isPossible =
    monotonic >= 0 && passed >= 0 && Math.abs(own.wall - wall - passed) <= MAX_CLOCK_DIFFERENCE;
  return isPossible ? { monotonic, wall } : own;
}
