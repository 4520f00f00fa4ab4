import fc from 'fast-check';

/** Cases for each property; SEED repeats a run. */
export const RUNS = 10_000;
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

/** Checks a property in {@link RUNS} cases. The seed is printed, so that a failure can be had again: SEED=… npm test */
export function holds<T extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  check: (...values: T) => void,
  runs = RUNS,
): void {
  console.log(`${name}: ${runs} cases, SEED=${seed}`);
  const property = fc.property<T>(...arbitraries, (...values) => check(...(values as unknown as T)));
  fc.assert(property, { numRuns: runs, seed });
}

/** The same for what takes its time. */
export async function holdsLater<T extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  check: (...values: T) => Promise<void>,
  runs = RUNS,
): Promise<void> {
  console.log(`${name}: ${runs} cases, SEED=${seed}`);
  const property = fc.asyncProperty<T>(...arbitraries, (...values) => check(...(values as unknown as T)));
  await fc.assert(property, { numRuns: runs, seed });
}
