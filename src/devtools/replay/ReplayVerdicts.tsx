import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import type { Comparison } from '../query/compareStreams.ts';

/** How near each stream of a replay came to the original. */
export function ReplayVerdicts({ comparisons }: { comparisons: readonly Comparison[] }) {
  return (
    <>
      <h2>Held against the original</h2>
      <ul class="replay-compare">
        {comparisons.map((comparison, i) => (
          <li key={i}>
            <span class="address" title={comparison.url}>
              {comparison.method} {comparison.url}
            </span>
            <Verdict comparison={comparison} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Verdict({ comparison: { replay, events, bytes, connections } }: { comparison: Comparison }) {
  if (!replay) return <span class="dim">not asked for yet</span>;
  const parts = [
    `${formatCount(replay.events)} of ${formatCount(events)} events`,
    `${replay.connections} of ${connections} connections`,
  ];
  if (replay.exact) {
    parts.push(
      replay.sameBytes === replay.bytes
        ? `${formatBytes(replay.bytes)} of ${formatBytes(bytes)}, all equal`
        : `bytes differ from ${formatCount(replay.sameBytes)} on`,
    );
  }
  if (replay.firstOther >= 0) parts.push(`event ${formatCount(replay.firstOther + 1)} is another one`);
  parts.push(`times within ${formatDuration(replay.p99)} (median ${formatDuration(replay.median)})`);
  const good = replay.firstOther < 0 && (!replay.exact || replay.sameBytes === replay.bytes);
  return <span class={good ? 'good' : 'head-error'}>{parts.join(', ')}</span>;
}
