import { median } from './percentiles.ts';

/** How the waits between attempts grow, where they follow a rule. */
export interface BackOff {
  kind: 'constant' | 'exponential';
  /** ms before the first attempt. */
  first: number;
  /** From one wait to the next; 1 when constant. */
  factor: number;
}

/** A wait may stray so far from the rule, as a part of it: libraries add jitter. */
const BACK_OFF_TOLERANCE = 0.3;

/**
 * The rule in a series of waits, from three on: constant, or growing by one factor (1.2 and more) until it reaches a
 * ceiling.
 *
 * @param waits - ms, in their order
 */
export function findBackOff(waits: readonly number[]): BackOff | undefined {
  if (waits.length < 3) return undefined;
  const middle = median(waits);
  if (waits.every((wait) => Math.abs(wait - middle) <= Math.max(20, middle * 0.1))) {
    return { kind: 'constant', first: waits[0]!, factor: 1 };
  }
  // Past the ceiling the waits no longer grow.
  const ceiling = waits.reduce((most, wait) => Math.max(most, wait), 0);
  let rising = waits.findIndex((wait) => wait >= ceiling * 0.95);
  if (rising < 2) rising = waits.length - 1;
  // The step that meets the ceiling is cut short by it.
  else if (rising < waits.length - 1 && rising > 2) rising--;
  const factors: number[] = [];
  for (let i = 1; i <= rising; i++) factors.push(waits[i]! / Math.max(1, waits[i - 1]!));
  const factor = median(factors);
  const fits = factors.filter((one) => Math.abs(one - factor) <= factor * BACK_OFF_TOLERANCE).length;
  if (factor < 1.2 || fits < factors.length * 0.75) return undefined;
  return { kind: 'exponential', first: waits[0]!, factor };
}
