import type { MarkKind } from './types.ts';

/** Kinds of marks that are not about one stream of many, and are shown across all of them. */
export const PAGE_MARKS: readonly MarkKind[] = [
  'navigation',
  'visibility',
  'online',
  'offline',
  'freeze',
  'resume',
  'lost',
  'clock',
];
