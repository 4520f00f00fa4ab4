import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Mark } from '../../shared/session/types.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import { showEntry } from '../events/showEntry.ts';
import { readTheme } from '../ui/theme.ts';
import { useSize } from '../ui/useSize.ts';
import { dragOrClick } from './dragOrClick.ts';
import { drawLanes } from './draw/drawLanes.ts';
import { AXIS_HEIGHT, LANE_HEIGHT } from './draw/frame.ts';
import { prepareCanvas } from './draw/prepareCanvas.ts';
import { runCommand } from './runCommand.ts';
import { TimelineTip } from './TimelineTip.tsx';
import { timelineKey } from './timelineKeys.ts';
import type { TimelineSteps } from './timelineSteps.ts';
import type { TimelineStore } from './timelineStore.ts';
import { useChosenTime } from './useChosenTime.ts';
import { useDensities } from './useDensities.ts';
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

  useLayoutEffect(() => {
    const element = canvas.current!;
    const context = width > 0 && prepareCanvas(element, width, height);
    if (!context) return;
    const frame = {
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
    };
    drawLanes(context, frame, readTheme(element));
  });

  /** Chooses the entry nearest to a place, of the stream of its lane. */
  async function choose(x: number, y: number): Promise<void> {
    const lane = laneAt(y);
    if (!lane) return;
    const time = timeAt(x);
    const at = lane.streams.findLast(({ openedAt }) => openedAt <= time) ?? lane.streams[0]!;
    const n = await data.query.ask('nearest', [at.id, time]).catch(() => -1);
    if (n < 0) data.chooseStream(at.id);
    else showEntry(data, rows, at.id, n);
  }

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
        onPointerDown={(event) => dragOrClick(event, timeline, width, (x, y) => void choose(x, y))}
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
