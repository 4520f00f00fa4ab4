const MAX_HEADERS = 500;
const MAX_HEADER = 65_536;

/** An object of which nothing is known. */
export type PageFields = Record<string, unknown>;

export function isFields(value: unknown): value is PageFields {
  return typeof value === 'object' && value !== null;
}

export function isOneOf<T extends string>(values: readonly T[], value: unknown): value is T {
  return (values as readonly unknown[]).includes(value);
}

/** A text, cut at a bound; '' for anything else. */
export function boundedText(value: unknown, bound: number): string {
  return typeof value === 'string' ? value.slice(0, bound) : '';
}

/** Name and value of headers: what is no pair is left out. */
export function headerList(value: unknown): [string, string][] {
  if (!Array.isArray(value)) return [];
  const list: [string, string][] = [];
  for (const pair of value.slice(0, MAX_HEADERS)) {
    if (Array.isArray(pair)) list.push([boundedText(pair[0], 1000), boundedText(pair[1], MAX_HEADER)]);
  }
  return list;
}

/** Offsets that never go back and end where the thing ends. */
export function areEnds(ends: unknown, length: number): ends is Uint32Array {
  if (!(ends instanceof Uint32Array)) return false;
  let last = 0;
  for (const end of ends) {
    if (end < last) return false;
    last = end;
  }
  return last === length;
}

/** As many times as there are things. */
export function areTimes(times: unknown, length: number): times is Float64Array {
  return times instanceof Float64Array && times.length === length && times.every(Number.isFinite);
}
