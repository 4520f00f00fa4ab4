import type { Mark } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import { formatCount, formatTime } from '../../shared/text/units/format.ts';
import type { Density } from '../query/density.ts';
import { KIND_NAMES } from '../reading/entryWords.ts';
import type { Lane } from './model/lane.ts';
import { pointText, spanText } from './model/laneWords.ts';
import { markText } from './model/markText.ts';

export interface TimelineTipProps {
  x: number;
  y: number;
  width: number;
  time: number;
  /** ms of one px. */
  pixel: number;
  lane: Lane | undefined;
  /** Of the page. */
  marks: readonly Mark[];
  densities: Record<string, Density>;
  /** Up to when spans go that last. */
  now: number;
}

/** How near the pointer must be, px. */
const NEAR = 5;
const MOST = 6;

/** What is under the pointer: the time, states, what happened, entries. */
export function TimelineTip({ x, y, width, time, pixel, lane, marks, densities, now }: TimelineTipProps) {
  const lines: string[] = [];
  let more = 0;
  // Hundreds may be there: only what is shown is put into words.
  const add = (line: () => string): void => {
    if (lines.length < MOST) lines.push(line());
    else more++;
  };
  for (const mark of marks) if (Math.abs(mark.at - time) <= NEAR * pixel) add(() => markText(mark));
  if (lane) {
    for (const list of [lane.spans, lane.present]) {
      for (const span of list) {
        if (time < span.from || time > (span.to ?? now)) continue;
        add(() => spanText(span, now, lane.jumps));
      }
    }
    for (const point of lane.points)
      if (Math.abs(point.at - time) <= NEAR * pixel) add(() => pointText(point));
    for (const { id } of lane.streams) {
      const density = densities[id];
      if (!density) continue;
      if (density.ticks) {
        for (const { n, time: at, kind, type } of density.ticks) {
          if (Math.abs(at - time) > NEAR * pixel) continue;
          const name = kind === EntryKind.event ? type : KIND_NAMES[kind];
          add(() => `#${n + 1} ${name}, ${formatTime(at)}`);
        }
      } else {
        const bin = Math.floor(((time - density.from) / (density.to - density.from)) * density.counts.length);
        const count = density.counts[bin] ?? 0;
        if (count > 0) add(() => `${formatCount(count)} ${count === 1 ? 'entry' : 'entries'}`);
      }
    }
  }
  const right = x > width / 2;
  return (
    <div
      class="tip"
      aria-hidden="true"
      style={{ top: `${y + 14}px`, ...(right ? { right: `${width - x + 10}px` } : { left: `${x + 12}px` }) }}
    >
      <b>{formatTime(time)}</b>
      {lines.map((line, i) => (
        <div key={i}>{line}</div>
      ))}
      {more > 0 && <div>{more} more</div>}
    </div>
  );
}
