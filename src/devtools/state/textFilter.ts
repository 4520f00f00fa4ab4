/**
 * Whether an entry is shown: every word of the filter is somewhere in its type, its ID or its data, whatever the
 * case. An empty filter shows everything.
 */
export type TextFilter = (type: string, id: string, data: string) => boolean;

export function textFilter(query: string): TextFilter | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return (type, id, data) => {
    const text = `${type}\n${id}\n${data}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
