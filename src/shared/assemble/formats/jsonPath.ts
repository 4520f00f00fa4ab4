import { isObject, type JsonObject } from '../build/json.ts';

/** Names and indexes of a path such as `$.a.b[0]` or `$['a b']`. */
function stepsOf(path: string): (string | number)[] {
  const steps: (string | number)[] = [];
  for (const match of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[['"]([^'"]*)['"]\]/g)) {
    const index = match[2];
    steps.push(index === undefined ? (match[1] ?? match[3])! : Number(index));
  }
  return steps;
}

/** Longest list that a path may make: an index comes from the network. */
const MOST_INDEX = 10_000;

/** Puts a value at a path, and makes what is missing on the way. Strings go on a string that is there already. */
export function setAtJsonPath(root: JsonObject, path: string, value: unknown): void {
  const steps = stepsOf(path);
  let at: Record<string | number, unknown> = root;
  steps.forEach((step, i) => {
    if (step === '__proto__' || (typeof step === 'number' && step > MOST_INDEX)) return;
    if (i === steps.length - 1) {
      const before = at[step];
      at[step] = typeof before === 'string' && typeof value === 'string' ? before + value : value;
      return;
    }
    const next = at[step];
    if (!isObject(next) && !Array.isArray(next)) at[step] = typeof steps[i + 1] === 'number' ? [] : {};
    at = at[step] as Record<string | number, unknown>;
  });
}
