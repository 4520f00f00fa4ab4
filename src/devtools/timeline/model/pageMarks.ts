import type { Mark } from '../../../shared/session/types.ts';

/** Marks of the page that the timeline draws across all lanes. */
export function pageMarks(marks: readonly Mark[]): Mark[] {
  const shown = new Set([
    'navigation',
    'visibility',
    'online',
    'offline',
    'freeze',
    'resume',
    'lost',
    'clock',
  ]);
  return marks.filter((mark) => mark.stream === undefined && shown.has(mark.kind));
}
