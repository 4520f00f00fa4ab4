import { shortUrl } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import { type FindingMark, FindingMarkBadge } from '../ui/FindingMark.tsx';
import { AXIS_HEIGHT, LANE_HEIGHT } from './draw/frame.ts';
import type { TimelineStore } from './timelineStore.ts';

export interface LaneLabelsProps {
  data: PanelData;
  timeline: TimelineStore;
  /** Of streams that have an error or a warning, by their ids. */
  marks: ReadonlyMap<string, FindingMark>;
}

/** The address of each lane the condition it is in and its findings; a click chooses its last stream. */
export function LaneLabels({ data, timeline, marks }: LaneLabelsProps) {
  const stream = data.stream.value;
  return (
    <div class="lane-labels" style={{ paddingTop: `${AXIS_HEIGHT}px` }}>
      {timeline.lanes.value.map((lane) => {
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
            <span class="lane-state">
              <FindingMarkBadge mark={marks.get(last.id)} />
              {condition?.text && <span class={`condition ${condition.tone}`}>{condition.text}</span>}
            </span>
          </button>
        );
      })}
    </div>
  );
}
