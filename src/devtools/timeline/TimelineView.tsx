import { useMemo, useState } from 'preact/hooks';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import type { FindingMark } from '../ui/FindingMark.tsx';
import { AXIS_HEIGHT, LANE_HEIGHT } from './draw/frame.ts';
import { LaneCanvas } from './LaneCanvas.tsx';
import { LaneLabels } from './LaneLabels.tsx';
import { LaneText } from './LaneText.tsx';
import { pageMarks } from './model/pageMarks.ts';
import { TimelineBar } from './TimelineBar.tsx';
import { createTimelineSteps } from './timelineSteps.ts';
import type { TimelineStore } from './timelineStore.ts';

/** One lane for each logical stream, over time: its states, its entries, what went wrong; the page's marks across. */
export interface TimelineViewProps {
  data: PanelData;
  rows: RowsStore;
  timeline: TimelineStore;
  /** Where a replay is, ms since the epoch; undefined when nothing is replayed. */
  playhead: number | undefined;
  /** Of streams that have an error or a warning, by their ids. */
  findingMarks: ReadonlyMap<string, FindingMark>;
  /** Shows the chosen entry in the table. */
  onOpen(): void;
}

export function TimelineView({ data, rows, timeline, playhead, findingMarks, onOpen }: TimelineViewProps) {
  const [scrollTop, setScrollTop] = useState(0);
  const [said, setSaid] = useState('');
  const steps = useMemo(() => createTimelineSteps(data, rows, timeline, setSaid), [data, rows, timeline]);
  const lanes = timeline.lanes.value;
  const marks = pageMarks(data.marks.value);
  return (
    <div class="timeline" role="tabpanel" aria-label="Timeline">
      <TimelineBar rows={rows} timeline={timeline} steps={steps} />
      <div class="lanes" onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}>
        <div class="lanes-content" style={{ height: `${AXIS_HEIGHT + lanes.length * LANE_HEIGHT}px` }}>
          <LaneLabels data={data} timeline={timeline} marks={findingMarks} />
          <LaneCanvas
            data={data}
            rows={rows}
            timeline={timeline}
            steps={steps}
            marks={marks}
            scrollTop={scrollTop}
            playhead={playhead}
            onOpen={onOpen}
          />
        </div>
      </div>
      <p class="sr-only" role="status">
        {said}
      </p>
      <LaneText lanes={lanes} marks={marks} now={timeline.end.value} />
    </div>
  );
}
