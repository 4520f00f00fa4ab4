import { PAGE_MARKS } from '../../session/pageMarkKinds.ts';
import type { Mark, MarkKind, Stream } from '../../session/types.ts';
import { fieldsOf, listOf, oneOf, textOr, timeOr } from '../source/untrusted.ts';

const MARKS: readonly MarkKind[] = ['open', 'error', 'close', 'abort', 'listener', ...PAGE_MARKS];
const MOST_MARKS = 100_000;

/**
 * The marks of a file that are of a known kind and of a known stream.
 *
 * @param streams - by the IDs that they have in the file
 */
export function marksOf(given: unknown, session: string, streams: ReadonlyMap<unknown, Stream>): Mark[] {
  return listOf(given)
    .slice(0, MOST_MARKS)
    .flatMap((one): Mark[] => {
      const { stream, at, kind, detail } = fieldsOf(one);
      const time = timeOr(at, undefined);
      const known = oneOf(kind, MARKS, undefined);
      if (time === undefined || !known) return [];
      const of = stream === undefined ? undefined : streams.get(stream)?.id;
      if (stream !== undefined && !of) return [];
      return [{ session, ...(of ? { stream: of } : {}), at: time, kind: known, detail: textOr(detail, '') }];
    });
}
