import { EntryKind } from '../../shared/sse/types.ts';
import type { Detail } from './readDetail.ts';

/** The ways to show an entry. */
export type DetailTab = 'json' | 'text' | 'bytes' | 'diff';

export const DETAIL_TABS: readonly (readonly [DetailTab, string])[] = [
  ['json', 'JSON'],
  ['text', 'Text'],
  ['bytes', 'Bytes'],
  ['diff', 'Diff'],
];

/** Whether an entry can be shown so. */
export function canShow(tab: DetailTab, { row, json }: Detail): boolean {
  if (tab === 'json') return json !== undefined;
  return tab !== 'diff' || row.kind === EntryKind.event;
}
