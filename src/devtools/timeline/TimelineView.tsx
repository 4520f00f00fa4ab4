import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatCount, formatTime, shortUrl } from '../../shared/session/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import { showEntry } from '../events/showEntry.ts';
import type { Density } from '../query/density.ts';
import { readRows } from '../reading/readRows.ts';
import {
  BackIcon,
  FitIcon,
  ForwardIcon,
  LiveIcon,
  RangeIcon,
  ZoomInIcon,
  ZoomOutIcon,
} from '../ui/icons.tsx';
import { readTheme } from '../ui/theme.ts';
import { useSize } from '../ui/useSize.ts';
import { AXIS_HEIGHT, drawLanes, LANE_HEIGHT } from './drawLanes.ts';
import { LaneText } from './LaneText.tsx';
import { nextTrouble, pageMarks, type Trouble } from './lanes.ts';
import { prepareCanvas } from './prepareCanvas.ts';
import { TimelineTip } from './TimelineTip.tsx';
import { type TimelineCommand, timelineKey } from './timelineKeys.ts';
import type { TimelineStore } from './timelineStore.ts';

/** px of one bar of entries. */
const BAR = 2;

/** One lane for each logical stream, over time: its states, its entries, what went wrong; the page's marks across. */
export interface TimelineViewProps {
  data: PanelData;
  rows: RowsStore;
  timeline: TimelineStore;
  /** Where a replay is, ms since the epoch; undefined when nothing is replayed. */
  playhead: number | undefined;
  /** Shows the chosen entry in the table. */
  onOpen(): void;
}

export function TimelineView({ data, rows, timeline, playhead, onOpen }: TimelineViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, ref: sizeRef } = useSize();
  const [scrollTop, setScrollTop] = useState(0);
  const [densities, setDensities] = useState<Record<string, Density>>({});
  const [hover, setHover] = useState<{ x: number; y: number } | undefined>(undefined);
  const [said, setSaid] = useState('');
  const jumpedTo = useRef<Trouble | undefined>(undefined);
  const [chosenTime, setChosenTime] = useState<number | undefined>(undefined);

  const view = timeline.view.value;
  const lanes = timeline.lanes.value;
  const version = timeline.version.value;
  const chosen = rows.chosen.value;
  const stream = data.stream.value;
  const marks = pageMarks(data.marks.value);

  const first = Math.max(0, Math.floor(scrollTop / LANE_HEIGHT));
  const shown = lanes.slice(first, first + Math.ceil(height / LANE_HEIGHT) + 1);
  const ids = shown.flatMap(({ streams }) => streams.map(({ id }) => id));

  // One question at a time; the last view that was wanted meanwhile comes next.
  const question = useRef({ busy: false, again: false });
  function ask(): void {
    if (width === 0) return;
    if (question.current.busy) {
      question.current.again = true;
      return;
    }
    question.current = { busy: true, again: false };
    timeline
      .density(ids, timeline.view.value, Math.max(1, Math.floor(width / BAR)))
      .then(setDensities)
      .catch(() => {})
      .finally(() => {
        const { again } = question.current;
        question.current = { busy: false, again: false };
        if (again) latestAsk.current();
      });
  }
  const latestAsk = useRef(ask);
  latestAsk.current = ask;
  useEffect(ask, [view.from, view.to, width, version, ids.join()]);

  // When the chosen entry came.
  useEffect(() => {
    let current = true;
    if (chosen === undefined) setChosenTime(undefined);
    else {
      readRows(data.cache, data.exchanges.value, [chosen])
        .then(([row]) => current && setChosenTime(row?.time))
        .catch(() => {});
    }
    return () => {
      current = false;
    };
  }, [chosen, stream?.id, data]);

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

  function timeAt(x: number): number {
    return view.from + (x / Math.max(1, width)) * (view.to - view.from);
  }
  function laneAt(y: number) {
    return y < AXIS_HEIGHT ? undefined : lanes[Math.floor((y - AXIS_HEIGHT + scrollTop) / LANE_HEIGHT)];
  }

  function onWheel(event: WheelEvent): void {
    const box = canvas.current!.getBoundingClientRect();
    const horizontal = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.shiftKey || horizontal) {
      timeline.panBy(((horizontal ? event.deltaX : event.deltaY) / width) * (view.to - view.from));
    } else if (event.ctrlKey || event.metaKey || !event.altKey) {
      timeline.zoomAt(timeAt(event.clientX - box.left), 1.0015 ** event.deltaY);
    } else return;
    event.preventDefault();
  }

  function onPointerDown(event: PointerEvent): void {
    const element = canvas.current!;
    element.setPointerCapture(event.pointerId);
    const start = { x: event.clientX, view };
    let moved = false;
    const move = (e: PointerEvent) => {
      const way = e.clientX - start.x;
      moved ||= Math.abs(way) > 3;
      if (!moved) return;
      const by = (-way / width) * (start.view.to - start.view.from);
      timeline.setView({ from: start.view.from + by, to: start.view.to + by });
    };
    element.addEventListener('pointermove', move);
    element.addEventListener(
      'pointerup',
      (e) => {
        element.removeEventListener('pointermove', move);
        const box = element.getBoundingClientRect();
        if (!moved) void choose(e.clientX - box.left, e.clientY - box.top);
      },
      { once: true },
    );
  }

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

  function jump(step: 1 | -1): void {
    const all = timeline.troubles();
    const next = nextTrouble(all, step, view, timeline.whole.value, jumpedTo.current);
    if (next) goTo(next);
    else
      setSaid(
        all.length === 0
          ? 'Nothing went wrong.'
          : `No ${step > 0 ? 'later' : 'earlier'} gap, stall or error.`,
      );
  }

  function fit(): void {
    jumpedTo.current = undefined;
    timeline.fit();
  }

  function goTo(trouble: Trouble): void {
    jumpedTo.current = trouble;
    timeline.show(trouble);
    data.chooseStream(trouble.stream);
    setSaid(`${trouble.kind === 'error' ? 'Error: ' : ''}${trouble.text}, at ${formatTime(trouble.from)}`);
  }

  async function step(by: 1 | -1): Promise<void> {
    const own = data.stream.value;
    if (!own) return;
    let n: number;
    if (rows.chosen.value === undefined) {
      n = await data.query.ask('nearest', [own.id, (view.from + view.to) / 2]).catch(() => -1);
    } else n = rows.chosen.value + by;
    if (n < 0 || n >= own.entries) return;
    showEntry(data, rows, own.id, n);
    const [row] = await readRows(data.cache, data.exchanges.value, [n]);
    if (!row) return;
    if (row.time < view.from || row.time > view.to) {
      const half = (view.to - view.from) / 2;
      timeline.setView({ from: row.time - half, to: row.time + half });
    }
    setSaid(`#${n + 1} ${row.type}, ${formatTime(row.time)}`);
  }

  function chooseLane(by: 1 | -1): void {
    const at = lanes.findIndex(({ streams }) => streams.some(({ id }) => id === stream?.id));
    const lane = lanes[at + by];
    if (!lane) return;
    const next = lane.streams.at(-1)!;
    data.chooseStream(next.id);
    setSaid(shortUrl(next.url, next.documentUrl));
  }

  function onKeyDown(event: KeyboardEvent): void {
    const command = timelineKey(event);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    const span = view.to - view.from;
    const middle =
      chosenTime !== undefined && chosenTime > view.from && chosenTime < view.to
        ? chosenTime
        : (view.from + view.to) / 2;
    const actions: Record<TimelineCommand, () => void> = {
      left: () => timeline.panBy(-span * 0.1),
      right: () => timeline.panBy(span * 0.1),
      farLeft: () => timeline.panBy(-span * 0.8),
      farRight: () => timeline.panBy(span * 0.8),
      zoomIn: () => timeline.zoomAt(middle, 1 / 1.5),
      zoomOut: () => timeline.zoomAt(middle, 1.5),
      fit,
      live: () => timeline.followLive(),
      range: () => rows.setRange(view),
      nextTrouble: () => jump(1),
      formerTrouble: () => jump(-1),
      nextEntry: () => void step(1),
      formerEntry: () => void step(-1),
      laneUp: () => chooseLane(-1),
      laneDown: () => chooseLane(1),
      open: () => {
        onOpen();
      },
    };
    actions[command]();
  }

  const troubles = timeline.troubleCount.value;
  return (
    <div class="timeline" role="tabpanel" aria-label="Timeline">
      <div class="timeline-bar" role="toolbar" aria-label="Timeline">
        <button
          type="button"
          class="icon-button"
          title="Zoom in (+)"
          onClick={() => timeline.zoomAt((view.from + view.to) / 2, 1 / 2)}
        >
          <ZoomInIcon />
          <span class="sr-only">Zoom in</span>
        </button>
        <button
          type="button"
          class="icon-button"
          title="Zoom out (−)"
          onClick={() => timeline.zoomAt((view.from + view.to) / 2, 2)}
        >
          <ZoomOutIcon />
          <span class="sr-only">Zoom out</span>
        </button>
        <button type="button" class="icon-button" title="Show everything (0)" onClick={fit}>
          <FitIcon />
          <span class="wide-only">All</span>
        </button>
        <button
          type="button"
          class={`icon-button ${timeline.followsLive.value ? 'on' : ''}`}
          aria-pressed={timeline.followsLive.value}
          title="Let the view go along with the clock (F)"
          onClick={() => timeline.followLive()}
        >
          <LiveIcon />
          <span class="wide-only">Live</span>
        </button>
        <button
          type="button"
          class="icon-button"
          title="Show in the table only what came in this time (R)"
          onClick={() => rows.setRange(view)}
        >
          <RangeIcon />
          <span class="wide-only">Filter to this time</span>
        </button>
        <span class="bar-space" />
        <button
          type="button"
          class="icon-button"
          data-action="former-trouble"
          title="Former gap, stall or error (P)"
          disabled={troubles === 0}
          onClick={() => jump(-1)}
        >
          <BackIcon />
          <span class="sr-only">Former gap, stall or error</span>
        </button>
        <span class="troubles">
          {troubles === 0
            ? 'nothing went wrong'
            : troubles === 1
              ? '1 gap, stall or error'
              : `${formatCount(troubles)} gaps, stalls or errors`}
        </span>
        <button
          type="button"
          class="icon-button"
          data-action="next-trouble"
          title="Next gap, stall or error (N)"
          disabled={troubles === 0}
          onClick={() => jump(1)}
        >
          <ForwardIcon />
          <span class="sr-only">Next gap, stall or error</span>
        </button>
      </div>
      <div class="lanes" onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}>
        <div class="lanes-content" style={{ height: `${AXIS_HEIGHT + lanes.length * LANE_HEIGHT}px` }}>
          <div class="lane-labels" style={{ paddingTop: `${AXIS_HEIGHT}px` }}>
            {lanes.map((lane) => {
              const last = lane.streams.at(-1)!;
              const condition = timeline.conditions.value.get(last.id);
              return (
                <button
                  key={lane.streams[0]!.id}
                  type="button"
                  class="lane-label"
                  style={{ height: `${LANE_HEIGHT}px` }}
                  aria-pressed={lane.streams.some(({ id }) => id === stream?.id)}
                  title={last.url}
                  onClick={() => data.chooseStream(last.id)}
                >
                  <span class="url">{shortUrl(last.url, last.documentUrl)}</span>
                  {condition?.text && <span class={`condition ${condition.tone}`}>{condition.text}</span>}
                </button>
              );
            })}
          </div>
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
              onWheel={onWheel}
              onPointerDown={onPointerDown}
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
        </div>
      </div>
      <p class="sr-only" role="status">
        {said}
      </p>
      <LaneText lanes={lanes} marks={marks} now={timeline.end.value} />
    </div>
  );
}
