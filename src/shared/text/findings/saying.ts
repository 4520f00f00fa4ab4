import type { FindingCode, FindingParameters } from '../../diagnosis/model/finding.ts';

/** What a finding says, in plain sentences. */
export interface Saying {
  /** The cause in one clause, with its main number. */
  title: string;
  /** Why it matters. */
  why: string;
  /** How we know: what was measured. */
  how: string;
  /** What else the same facts may mean; told where the finding is not certain. */
  otherwise?: string;
  /** What to change, and where. */
  fix: string;
}

/** A saying for each of some codes. */
export type Sayings<C extends FindingCode> = { [K in C]: (parameters: FindingParameters[K]) => Saying };

/** 1 event, 2 events */
export function counted(count: number, word: string, words = `${word}s`): string {
  return `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? word : words}`;
}

/** once, twice, 3 times */
export function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${new Intl.NumberFormat('en').format(count)} times`;
}
