import type { EntryKind } from '../../shared/sse/types.ts';

/** Whether an entry is shown. */
export type EntryFilter = (kind: EntryKind, type: string, id: string, data: string) => boolean;

/**
 * Every word of the query is somewhere in the entry's type, its ID or its data, whatever the case; and it is of one of
 * the kinds. Undefined where everything is shown.
 *
 * @param kinds - undefined: all of them
 */
export function entryFilter(query: string, kinds?: readonly EntryKind[]): EntryFilter | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && !kinds) return undefined;
  return (kind, type, id, data) => {
    if (kinds && !kinds.includes(kind)) return false;
    if (words.length === 0) return true;
    const text = `${type}\n${id}\n${data}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
