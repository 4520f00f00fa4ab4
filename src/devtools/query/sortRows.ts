import type { StreamIndex } from './streamIndex.ts';

/** Columns by which the table can be in another order than that of arrival. */
export type SortColumn = 'n' | 'time' | 'delta' | 'kind' | 'type' | 'id' | 'size' | 'data' | 'exchange';

export interface SortOrder {
  column: SortColumn;
  descending: boolean;
}

/**
 * Ordinals in the order of a column; entries that are alike there stay in the order of their arrival.
 *
 * @param ordinals - ascending: the rows to sort
 * @param texts - for `id` and `data`: the text of each row, by its place in `ordinals`
 */
export function sortRows(
  index: StreamIndex,
  ordinals: Uint32Array,
  { column, descending }: SortOrder,
  texts: readonly string[] | undefined,
): Uint32Array {
  const way = descending ? -1 : 1;
  if (texts) {
    const places = Uint32Array.from(ordinals, (_, i) => i);
    const numbers = texts.every((text) => /^\d{0,15}$/.test(text)) ? texts.map(Number) : undefined;
    places.sort((a, b) => {
      const order = numbers
        ? numbers[a]! - numbers[b]!
        : texts[a]! < texts[b]!
          ? -1
          : texts[a]! > texts[b]!
            ? 1
            : 0;
      return order * way || a - b;
    });
    return places.map((place) => ordinals[place]!);
  }
  const rankOf = valuesOf(index, column);
  if (!rankOf) return descending ? ordinals.toReversed() : ordinals;
  const values = Float64Array.from(ordinals, rankOf);
  const places = Uint32Array.from(ordinals, (_, i) => i);
  places.sort((a, b) => (values[a]! - values[b]!) * way || a - b);
  return places.map((place) => ordinals[place]!);
}

/** A number for each entry by which the column is sorted; undefined where that is the order of arrival. */
function valuesOf(index: StreamIndex, column: SortColumn): ((n: number) => number) | undefined {
  switch (column) {
    case 'delta':
      return (n) => index.gap(n) ?? -1;
    case 'kind':
      return (n) => index.kinds.at(n);
    case 'type': {
      const rank = new Map([...index.types].sort().map((type, i) => [type, i]));
      const ranks = index.types.map((type) => rank.get(type)!);
      return (n) => ranks[index.typeOf.at(n)]!;
    }
    case 'size':
      return (n) => index.sizes.at(n);
    default:
      return undefined;
  }
}
