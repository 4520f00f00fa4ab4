/** How many values lie in each of a row of classes. */
export interface Histogram {
  /** Lower edge of each class, ascending, in the unit of the values; the last class has no upper edge. */
  edges: number[];
  counts: number[];
}

/** Steps of a scale that reads well: 1, 2, 5, 10, 20, 50 … */
const STEPS = [1, 2, 5];

/**
 * Sorts values into classes that grow by the steps 1, 2, 5, 10 …, from the class of the least positive value to that
 * of the greatest. What is less than `least`, zero for one, is in the first class.
 *
 * @param least - lower edge of the first class, at least
 */
export function histogramOf(values: ArrayLike<number>, least: number): Histogram {
  if (values.length === 0) return { edges: [], counts: [] };
  let low = Infinity;
  let high = 0;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  const edges: number[] = [];
  const first = Math.max(least, low);
  for (let power = 10 ** Math.floor(Math.log10(least)); ; power *= 10) {
    for (const step of STEPS) {
      const edge = step * power;
      if (edge > Math.max(high, first) && edges.length > 0) return count(values, edges);
      // Only the last edge below the first value is one.
      if (edge <= first * (1 + 1e-9)) edges.length = 0;
      edges.push(edge);
    }
  }
}

function count(values: ArrayLike<number>, edges: number[]): Histogram {
  const counts = edges.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    let at = edges.length - 1;
    while (at > 0 && values[i]! < edges[at]! * (1 - 1e-9)) at--;
    counts[at]!++;
  }
  return { edges, counts };
}
