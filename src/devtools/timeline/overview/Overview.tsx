import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatTime } from '../../../shared/text/units/format.ts';
import type { PanelData } from '../../data/panelData.ts';
import type { TimeRange } from '../../data/timeRange.ts';
import type { RowsStore } from '../../events/rowsStore.ts';
import { readTheme } from '../../ui/theme.ts';
import { useSize } from '../../ui/useSize.ts';
import { prepareCanvas } from '../draw/prepareCanvas.ts';
import { pageMarks } from '../model/pageMarks.ts';
import type { TimelineStore } from '../timelineStore.ts';
import { brushOver } from './brushOver.ts';
import { drawOverview, HEIGHT } from './drawOverview.ts';
import { keyedRange } from './keyedRange.ts';
import { useSessionCounts } from './useSessionCounts.ts';

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
  const counts = useSessionCounts(data, timeline, width);
  const [brush, setBrush] = useState<TimeRange | undefined>(undefined);
  const whole = timeline.whole.value;
  const view = timeline.view.value;
  const range = brush ?? rows.range.value;
  const lanes = timeline.lanes.value;
  const end = timeline.end.value;
  const { theme } = document.documentElement.dataset;

  useLayoutEffect(() => {
    const element = canvas.current!;
    const context = width > 0 && prepareCanvas(element, width, HEIGHT);
    if (!context) return;
    const marks = pageMarks(data.marks.value);
    drawOverview(context, { width, whole, view, range, counts, lanes, marks, end }, readTheme(element));
  }, [counts, range, view.from, view.to, whole.from, whole.to, width, lanes, end, theme]);

  const timeAt = (clientX: number): number => {
    const box = canvas.current!.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (clientX - box.left) / box.width));
    return whole.from + part * (whole.to - whole.from);
  };

  function clear(): void {
    rows.setRange(undefined);
    timeline.fit();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const current = rows.range.value ?? view;
    const next = keyedRange(event, current);
    if (event.key === 'Escape') clear();
    else if (!next) return;
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
        onPointerDown={(event) =>
          brushOver(event, timeAt, setBrush, (chosen) => {
            rows.setRange(chosen);
            timeline.setView(chosen);
          })
        }
        onDblClick={clear}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
