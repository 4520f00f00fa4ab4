import type { Segment } from '../../segment/segment.ts';
import type { Exchange } from '../../session/types.ts';
import { indexExchange } from './indexExchange.ts';
import type { ReadExchange } from './readSession.ts';

/**
 * The segments of an exchange of a file, each once and as it is in the end: memory holds one.
 *
 * @param counted - takes the exchange with its counts, after the last segment
 */
export async function* wholeSegments(
  one: ReadExchange,
  counted: (exchange: Exchange) => void,
): AsyncGenerator<Segment> {
  const index = indexExchange(one);
  let last: Segment | undefined;
  for (;;) {
    const { done, value } = await index.next();
    if (done) {
      if (last) yield last;
      counted(value);
      return;
    }
    for (const segment of value) {
      if (last && segment.index !== last.index) yield last;
      last = segment;
    }
  }
}
