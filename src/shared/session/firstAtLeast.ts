/** First index whose element is `value` or more, in an ascending column; its length when there is none. */
export function firstAtLeast(column: Uint32Array | Float64Array, value: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
