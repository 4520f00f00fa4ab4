import { useRef, useState } from 'preact/hooks';
import type { Mark } from '../../shared/session/types.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import { useSize } from '../ui/useSize.ts';
import { chooseNearest } from './chooseNearest.ts';
import { dragOrClick } from './dragOrClick.ts';
import { AXIS_HEIGHT, LANE_HEIGHT } from './draw/frame.ts';
import { runCommand } from './runCommand.ts';
import { TimelineTip } from './TimelineTip.tsx';
import { timelineKey } from './timelineKeys.ts';
import type { TimelineSteps } from './timelineSteps.ts';
import type { TimelineStore } from './timelineStore.ts';
import { useChosenTime } from './useChosenTime.ts';
import { useDensities } from './useDensities.ts';
import { useDrawnLanes } from './useDrawnLanes.ts';
import { wheelOver } from './wheelOver.ts';

export interface LaneCanvasProps {
  data: PanelData;
  rows: RowsStore;
  timeline: TimelineStore;
  steps: TimelineSteps;
  /** Of the page. */
  marks: readonly Mark[];
  /** How far the lanes are scrolled, px. */
  scrollTop: number;
  playhead: number | undefined;
  onOpen(): void;
}

/** The lanes that are on the screen, drawn; pointer and keys move, zoom and choose. */
export function LaneCanvas(props: LaneCanvasProps) {
  const { data, rows, timeline, steps, marks, scrollTop, playhead, onOpen } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, ref: sizeRef } = useSize();
  const [hover, setHover] = useState<{ x: number; y: number } | undefined>(undefined);
  const view = timeline.view.value;
  const lanes = timeline.lanes.value;
  const stream = data.stream.value;
  const chosenTime = useChosenTime(data, rows.chosen.value);

  const first = Math.max(0, Math.floor(scrollTop / LANE_HEIGHT));
  const shown = lanes.slice(first, first + Math.ceil(height / LANE_HEIGHT) + 1);
  const ids = shown.flatMap(({ streams }) => streams.map(({ id }) => id));
  const densities = useDensities(timeline, ids, width);

  const timeAt = (x: number): number => view.from + (x / Math.max(1, width)) * (view.to - view.from);
  const laneAt = (y: number) =>
    y < AXIS_HEIGHT ? undefined : lanes[Math.floor((y - AXIS_HEIGHT + scrollTop) / LANE_HEIGHT)];

  useDrawnLanes(canvas, {
    width,
    height,
    view,
    now: timeline.end.value,
    lanes: shown,
    top: first * LANE_HEIGHT - scrollTop,
    densities,
    marks,
    chosen: stream && chosenTime !== undefined ? { stream: stream.id, time: chosenTime } : undefined,
    chosenStream: stream?.id,
    range: rows.range.value,
    hover: hover && timeAt(hover.x),
    playhead,
  });

  function onKeyDown(event: KeyboardEvent): void {
    const command = timelineKey(event);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    runCommand(command, { rows, timeline, steps, chosenTime, open: onOpen });
  }

  return (
    <div
      class="lane-canvas"
      ref={sizeRef}
      tabIndex={0}
      role="application"
      aria-label="Timeline of the streams: arrow keys move and choose a lane, plus and minus zoom, N and P go to what went wrong, comma and full stop step through the entries"
      aria-describedby="lane-text"
      onKeyDown={onKeyDown}
    >
      <canvas
        ref={canvas}
        style={{ width: `${width}px`, height: `${height}px` }}
        onWheel={(event) => wheelOver(event, timeline, width, timeAt)}
        onPointerDown={(event) =>
          dragOrClick(event, timeline, width, (x, y) => void chooseNearest(data, rows, laneAt(y), timeAt(x)))
        }
        onPointerMove={(event) => {
          const box = canvas.current!.getBoundingClientRect();
          setHover({ x: event.clientX - box.left, y: event.clientY - box.top });
        }}
        onPointerLeave={() => setHover(undefined)}
      />
      {hover && (
        <TimelineTip
          x={hover.x}
          y={hover.y}
          width={width}
          time={timeAt(hover.x)}
          pixel={(view.to - view.from) / Math.max(1, width)}
          lane={laneAt(hover.y)}
          marks={marks}
          densities={densities}
          now={timeline.end.value}
        />
      )}
    </div>
  );
}
