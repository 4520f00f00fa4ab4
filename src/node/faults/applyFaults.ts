import { corrupt, duplicate, reorder, truncateLast, withoutField, withRetry } from './blockFaults.ts';
import type { Faults } from './faults.ts';
import type { Item, Playing } from './items.ts';
import { buffer, delay, drop, jitter, rate, split, stall } from './timeFaults.ts';

/**
 * What is written instead of what was recorded. First what the server says, then how it is cut, then when it comes, as
 * from a server to its network. The items are asked for one at a time, and may be as many as there are.
 */
export function applyFaults(recorded: Iterable<Item>, faults: Faults, playing: Playing): Iterable<Item> {
  let items = recorded;
  if (faults.forgetIds) items = withoutField(items, 'id');
  if (faults.retry !== undefined) items = withRetry(items, faults.retry);
  if (faults.duplicate) items = duplicate(items, faults.duplicate, playing);
  if (faults.reorder) items = reorder(items, faults.reorder, playing);
  if (faults.corrupt) items = corrupt(items, faults.corrupt, playing);
  if (faults.truncateLast) items = truncateLast(items);
  if (faults.delay) items = delay(items, faults.delay.ms);
  if (faults.jitter) items = jitter(items, faults.jitter.ms, playing);
  if (faults.buffer) items = buffer(items, faults.buffer, playing);
  if (faults.rate) items = rate(items, faults.rate.bytesPerSecond, playing);
  if (faults.split) items = split(items, faults.split, playing);
  if (faults.stall) items = stall(items, faults.stall, playing);
  if (faults.drop) items = drop(items, faults.drop, playing);
  return items;
}
