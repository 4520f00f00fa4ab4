import type { EntryKind } from '../../shared/sse/types.ts';
import { compare, type Term } from './parseFilter.ts';

/** What a filter may ask of an entry. */
export interface FilteredEntry {
  kind: EntryKind;
  type: string;
  id: string;
  /** Bytes. */
  size: number;
  /** ms since the entry before; undefined for the first one. */
  gap: number | undefined;
  /** Number of its exchange. */
  exchange: number;
  /** What it says. */
  text: string;
}

/** Whether an entry stays: all terms hold. */
export function matchEntry(terms: readonly Term[], entry: FilteredEntry): boolean {
  return terms.every((term) => holds(term, entry) !== term.negated);
}

function holds(term: Term, { kind, type, id, size, gap, exchange, text }: FilteredEntry): boolean {
  switch (term.by) {
    case 'text':
      return [type, id, text].some((part) => part.toLowerCase().includes(term.word));
    case 'regex':
      return [type, id, text].some((part) => term.regex.test(part));
    case 'type':
      return term.pattern.test(type);
    case 'id':
      return term.pattern.test(id);
    case 'kind':
      return kind === term.kind;
    case 'size':
      return compare(size, term.is, term.than);
    case 'gap':
      return gap !== undefined && compare(gap, term.is, term.than);
    case 'exchange':
      return exchange === term.number;
    case 'json':
      return jsonHolds(term, text);
  }
}

function jsonHolds(term: Extract<Term, { by: 'json' }>, text: string): boolean {
  // Most entries are no candidates: parsing is for those that name what is asked for.
  const name = term.path.findLast((step) => typeof step === 'string');
  if (typeof name === 'string' && !text.includes(name) && !text.includes('\\')) return false;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  for (const step of term.path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Record<string | number, unknown>)[step];
  }
  if (term.is === undefined) return true;
  if (typeof value === 'number' && term.than.trim() !== '' && !Number.isNaN(Number(term.than))) {
    return compare(value, term.is, Number(term.than));
  }
  const said = typeof value === 'string' ? value : JSON.stringify(value);
  if (term.is === '=') return said.toLowerCase() === term.than.toLowerCase();
  if (term.is === '!=') return said.toLowerCase() !== term.than.toLowerCase();
  return compare(said.localeCompare(term.than), term.is, 0);
}
