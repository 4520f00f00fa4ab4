import type { Segment } from '../../segment/segment.ts';
import type { Exchange } from '../../session/types.ts';
import { indexExchange } from './indexExchange.ts';
import type { ReadExchange } from './readSession.ts';

/** An exchange of a file with all of its segments, in memory. */
export async function wholeExchange(
  read: ReadExchange,
): Promise<{ exchange: Exchange; segments: Segment[] }> {
  const segments: Segment[] = [];
  const index = indexExchange(read);
  for (;;) {
    const { done, value } = await index.next();
    if (done) return { exchange: value, segments };
    // The last one comes again when it has grown.
    for (const segment of value) segments[segment.index] = segment;
  }
}
