import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatTime } from '../../shared/session/format.ts';
import { createPace } from '../data/pace.ts';
import type { PanelData } from '../data/panelData.ts';
import type { TimeRange } from '../data/timeRange.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import type { Density } from '../query/density.ts';
import { readTheme, type Theme } from '../ui/theme.ts';
import { useSize } from '../ui/useSize.ts';
import { shadeOutside } from './drawLanes.ts';
import { type Lane, pageMarks } from './lanes.ts';
import { prepareCanvas } from './prepareCanvas.ts';
import type { TimelineStore } from './timelineStore.ts';

const HEIGHT = 44;
/** px of one bar. */
const BAR = 3;
/** Asked for at most this often while the session grows, ms. */
const ASK_EVERY = 1000;

/**
 * The whole session in one strip: entries of all streams, and what went wrong. Dragging over it chooses a time: the
 * table shows what came then, the timeline goes there. A double click takes that back.
 */
export interface OverviewProps {
  data: PanelData;
  rows: RowsStore;
  timeline: TimelineStore;
}

export function Overview({ data, rows, timeline }: OverviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, ref } = useSize();
  const [counts, setCounts] = useState<{ range: TimeRange; sum: Uint32Array } | undefined>(undefined);
  const [brush, setBrush] = useState<TimeRange | undefined>(undefined);
  const whole = timeline.whole.value;
  const view = timeline.view.value;
  const range = brush ?? rows.range.value;
  const version = timeline.version.value;
  const lanes = timeline.lanes.value;
  const end = timeline.end.value;
  const streams = data.streams.value.length;
  const { theme } = document.documentElement.dataset;

  const [pace] = useState(() => createPace(ASK_EVERY));
  const asked = useRef({ busy: false });
  useEffect(() => {
    if (width === 0 || asked.current.busy) return;
    asked.current.busy = true;
    const timer = setTimeout(() => {
      pace.taken();
      const range = timeline.whole.value;
      const streams = data.streams.value.map(({ id }) => id);
      timeline
        .density(streams, range, Math.max(1, Math.floor(width / BAR)))
        .then((densities) => setCounts({ range, sum: summed(Object.values(densities)) }))
        .catch(() => {})
        .finally(() => {
          asked.current.busy = false;
        });
    }, pace.wait());
    return () => {
      clearTimeout(timer);
      asked.current.busy = false;
    };
  }, [version, width, streams, Math.floor(whole.to / 1000), whole.from]);

  useLayoutEffect(() => {
    const element = canvas.current!;
    const context = width > 0 && prepareCanvas(element, width, HEIGHT);
    if (!context) return;
    const theme = readTheme(element);
    const x = (time: number) => ((time - whole.from) / (whole.to - whole.from)) * width;
    if (counts) {
      const most = Math.log2(1 + counts.sum.reduce((max, one) => Math.max(max, one), 1));
      const span = (counts.range.to - counts.range.from) / counts.sum.length;
      context.fillStyle = theme.accent;
      counts.sum.forEach((count, i) => {
        if (count === 0) return;
        const left = x(counts.range.from + i * span);
        const right = x(counts.range.from + (i + 1) * span);
        const tall = Math.max(2, (Math.log2(1 + count) / most) * (HEIGHT - 12));
        context.fillRect(left, HEIGHT - tall, Math.max(1, right - left - 0.5), tall);
      });
    }
    for (const lane of lanes) drawTroubles(context, lane, x, end, theme);
    context.fillStyle = theme.text2;
    for (const mark of pageMarks(data.marks.value)) context.fillRect(Math.round(x(mark.at)), 0, 1, HEIGHT);
    if (range) shadeOutside(context, x(range.from), x(range.to), width, HEIGHT, theme);
    if (view.from > whole.from || view.to < whole.to) {
      context.strokeStyle = theme.text2;
      context.strokeRect(x(view.from) + 0.5, 0.5, Math.max(2, x(view.to) - x(view.from)) - 1, HEIGHT - 1);
    }
  }, [counts, range, view.from, view.to, whole.from, whole.to, width, lanes, end, theme]);

  const timeAt = (clientX: number): number => {
    const box = canvas.current!.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (clientX - box.left) / box.width));
    return whole.from + part * (whole.to - whole.from);
  };

  function onPointerDown(event: PointerEvent): void {
    const element = event.currentTarget as HTMLElement;
    element.setPointerCapture(event.pointerId);
    const start = event.clientX;
    const from = timeAt(start);
    let last: TimeRange | undefined;
    const move = (e: PointerEvent) => {
      const to = timeAt(e.clientX);
      last =
        Math.abs(e.clientX - start) < 3 ? undefined : { from: Math.min(from, to), to: Math.max(from, to) };
      setBrush(last);
    };
    element.addEventListener('pointermove', move);
    element.addEventListener(
      'pointerup',
      () => {
        element.removeEventListener('pointermove', move);
        setBrush(undefined);
        if (!last) return;
        rows.setRange(last);
        timeline.setView(last);
      },
      { once: true },
    );
  }

  function clear(): void {
    rows.setRange(undefined);
    timeline.fit();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const current = rows.range.value ?? view;
    const span = current.to - current.from;
    const by = { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
    let next: TimeRange | undefined;
    if (event.key === 'Escape') clear();
    else if (by !== undefined && event.shiftKey) next = { from: current.from, to: current.to + by * span };
    else if (by !== undefined) next = { from: current.from + by * span, to: current.to + by * span };
    else if (event.key === '+' || event.key === '=') {
      next = { from: current.from + span * 0.1, to: current.to - span * 0.1 };
    } else if (event.key === '-') next = { from: current.from - span * 0.12, to: current.to + span * 0.12 };
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (!next) return;
    const bounded = { from: Math.max(whole.from, next.from), to: Math.min(whole.to, next.to) };
    if (bounded.to - bounded.from < 1) return;
    rows.setRange(bounded);
    timeline.setView(bounded);
  }

  return (
    <div class="overview" ref={ref}>
      <canvas
        ref={canvas}
        style={{ width: `${width}px`, height: `${HEIGHT}px` }}
        role="slider"
        tabIndex={0}
        aria-label="Time of the session: choose a part of it"
        aria-valuemin={0}
        aria-valuemax={Math.round(whole.to - whole.from)}
        aria-valuenow={Math.round((range ?? view).from - whole.from)}
        aria-valuetext={
          range ? `from ${formatTime(range.from)} to ${formatTime(range.to)}` : 'the whole session'
        }
        title="Drag to choose a time, double click to see everything again"
        onPointerDown={onPointerDown}
        onDblClick={clear}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

/** What went wrong, above the entries: of what falls on one px, the first is drawn. */
function drawTroubles(
  context: CanvasRenderingContext2D,
  { spans, present, points }: Lane,
  x: (time: number) => number,
  end: number,
  theme: Theme,
): void {
  let drawn = -Infinity;
  const draw = (from: number, to: number, color: string): void => {
    const left = x(from);
    const right = Math.max(left + 3, x(to));
    if (right < drawn + 1) return;
    drawn = right;
    context.fillStyle = color;
    context.fillRect(left, 2, right - left, 4);
  };
  for (const { kind, at } of points) if (kind === 'error') draw(at, at, theme.bad);
  for (const list of [spans, present]) {
    drawn = -Infinity;
    for (const { kind, from, to = end } of list) {
      if (kind === 'gap' || kind === 'stall') draw(from, to, kind === 'gap' ? theme.bad : theme.waiting);
    }
  }
}

function summed(densities: readonly Density[]): Uint32Array {
  const sum = new Uint32Array(densities[0]?.counts.length ?? 0);
  for (const { counts } of densities) for (let i = 0; i < sum.length; i++) sum[i]! += counts[i]!;
  return sum;
}
