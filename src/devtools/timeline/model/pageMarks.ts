import { PAGE_MARKS } from '../../../shared/session/pageMarkKinds.ts';
import type { Mark } from '../../../shared/session/types.ts';

/** Marks of the page that the timeline draws across all lanes. */
export function pageMarks(marks: readonly Mark[]): Mark[] {
  return marks.filter((mark) => mark.stream === undefined && PAGE_MARKS.includes(mark.kind));
}
