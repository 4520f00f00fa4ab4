import { found } from '../model/finding.ts';
import { atEntry, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const HUGE = 1 << 20;
/** Large events, of 256 KiB and more, that make up so many bytes a second over so long, ms. */
const PER_SECOND = 1 << 20;
const LEAST_TIME = 5000;

/**
 * An event has 1 MiB of data or more, or events of 256 KiB and more make up 1 MiB a second over 5 s.
 *
 * Not: one snapshot as the first event.
 */
export const oversized: Rule = {
  code: 'oversized',
  worst: 'warning',
  needs: [],
  find({ recent, between }) {
    for (const { exchange, columns } of recent.toReversed()) {
      const { largest, large, firstEvents } = columns.all;
      if (!largest) continue;
      const time = between(large.from, large.to);
      const perSecond = time >= LEAST_TIME ? (large.bytes / time) * 1000 : 0;
      const isSnapshot = large.count === 1 && firstEvents[0]?.ordinal === largest.ordinal;
      if (isSnapshot || (largest.size < HUGE && perSecond < PER_SECOND)) continue;
      const evidence = [
        atEntry(exchange, largest.ordinal),
        ...(time > 0 ? [atRange(large.from, large.to)] : []),
      ];
      const parameters = { largest: largest.size, count: large.count, perSecond };
      return found('oversized', 'warning', parameters, { evidence });
    }
    return [];
  },
};
