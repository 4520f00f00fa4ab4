import type { Histogram } from '../../shared/diagnosis/measures/histogram.ts';
import { formatCount } from '../../shared/text/units/format.ts';

export interface BarsProps {
  label: string;
  histogram: Histogram;
  format(edge: number): string;
}

/** A histogram: a bar for each class, its lower edge below it. */
export function Bars({ label, histogram, format }: BarsProps) {
  const { edges, counts } = histogram;
  const most = counts.reduce((max, count) => Math.max(max, count), 1);
  if (edges.length === 0) return null;
  return (
    <div
      class="bars"
      tabIndex={0}
      role="img"
      aria-label={`${label}: ${counts.map((count, i) => `from ${format(edges[i]!)} ${formatCount(count)}`).join(', ')}`}
    >
      {counts.map((count, i) => (
        <div key={edges[i]} class="bar-column" title={`from ${format(edges[i]!)}: ${formatCount(count)}`}>
          <span class="bar-count">{count > 0 ? formatCount(count) : ''}</span>
          <span class="bar-fill" style={{ height: `${(count / most) * 64}px` }} />
          <span class="bar-edge">{format(edges[i]!)}</span>
        </div>
      ))}
    </div>
  );
}
