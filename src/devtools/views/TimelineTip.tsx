import { formatCount, formatTime } from '../../shared/session/format.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { Density } from '../query/density.ts';
import { KIND_NAMES } from '../state/entryText.ts';
import type { Lane } from '../state/lanes.ts';

export interface TimelineTipProps {
  x: number;
  y: number;
  width: number;
  time: number;
  /** ms of one px. */
  pixel: number;
  lane: Lane | undefined;
  densities: Record<string, Density>;
}

/** How near the pointer must be, px. */
const NEAR = 5;

/** What is under the pointer: the time, states, what happened, entries. */
export function TimelineTip({ x, y, width, time, pixel, lane, densities }: TimelineTipProps) {
  const lines: string[] = [];
  if (lane) {
    for (const { from, to, text } of lane.spans) if (time >= from && time <= to) lines.push(text);
    for (const { at, text } of lane.points) if (Math.abs(at - time) <= NEAR * pixel) lines.push(text);
    for (const { id } of lane.streams) {
      const density = densities[id];
      if (!density) continue;
      if (density.ticks) {
        for (const { n, time: at, kind, type } of density.ticks) {
          if (Math.abs(at - time) > NEAR * pixel) continue;
          const name = kind === EntryKind.event ? type : KIND_NAMES[kind];
          lines.push(`#${n + 1} ${name}, ${formatTime(at)}`);
        }
      } else {
        const bin = Math.floor(((time - density.from) / (density.to - density.from)) * density.counts.length);
        const count = density.counts[bin] ?? 0;
        if (count > 0) lines.push(`${formatCount(count)} ${count === 1 ? 'entry' : 'entries'}`);
      }
    }
  }
  const more = lines.length - 6;
  const right = x > width / 2;
  return (
    <div
      class="tip"
      aria-hidden="true"
      style={{ top: `${y + 14}px`, ...(right ? { right: `${width - x + 10}px` } : { left: `${x + 12}px` }) }}
    >
      <b>{formatTime(time)}</b>
      {lines.slice(0, 6).map((line, i) => (
        <div key={i}>{line}</div>
      ))}
      {more > 0 && <div>{more} more</div>}
    </div>
  );
}
