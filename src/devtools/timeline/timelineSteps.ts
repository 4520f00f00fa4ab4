import { formatTime, shortUrl } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import { showEntry } from '../events/showEntry.ts';
import { readRows } from '../reading/readRows.ts';
import { nextTrouble, type Trouble } from './model/troubles.ts';
import type { TimelineStore } from './timelineStore.ts';

/** The ways from one thing on the timeline to the next. Each says where it has led. */
export interface TimelineSteps {
  /** Everything on show. */
  fit(): void;
  /** To the next gap, stall or error, or to the one before. */
  jump(by: 1 | -1): void;
  /** To the next entry of the stream on show, or to the one before. */
  step(by: 1 | -1): Promise<void>;
  /** To the lane below or above. */
  chooseLane(by: 1 | -1): void;
}

/** @param say - tells assistive technology what is on show now */
export function createTimelineSteps(
  data: PanelData,
  rows: RowsStore,
  timeline: TimelineStore,
  say: (text: string) => void,
): TimelineSteps {
  let jumpedTo: Trouble | undefined;

  function goTo(trouble: Trouble): void {
    jumpedTo = trouble;
    timeline.show(trouble);
    data.chooseStream(trouble.stream);
    say(`${trouble.kind === 'error' ? 'Error: ' : ''}${trouble.text}, at ${formatTime(trouble.from)}`);
  }

  function nearestToTheMiddle(stream: string): Promise<number> {
    const { from, to } = timeline.view.value;
    return data.query.ask('nearest', [stream, (from + to) / 2]).catch(() => -1);
  }

  function bringIntoView(time: number): void {
    const { from, to } = timeline.view.value;
    if (time >= from && time <= to) return;
    const half = (to - from) / 2;
    timeline.setView({ from: time - half, to: time + half });
  }

  return {
    fit() {
      jumpedTo = undefined;
      timeline.fit();
    },
    jump(by) {
      const all = timeline.troubles();
      const next = nextTrouble(all, by, timeline.view.value, timeline.whole.value, jumpedTo);
      if (next) goTo(next);
      else if (all.length === 0) say('Nothing went wrong.');
      else say(`No ${by > 0 ? 'later' : 'earlier'} gap, stall or error.`);
    },
    async step(by) {
      const stream = data.stream.value;
      if (!stream) return;
      const chosen = rows.chosen.value;
      const n = chosen === undefined ? await nearestToTheMiddle(stream.id) : chosen + by;
      if (n < 0 || n >= stream.entries) return;
      showEntry(data, rows, stream.id, n);
      const [row] = await readRows(data.cache, data.exchanges.value, [n]);
      if (!row) return;
      bringIntoView(row.time);
      say(`#${n + 1} ${row.type}, ${formatTime(row.time)}`);
    },
    chooseLane(by) {
      const lanes = timeline.lanes.value;
      const chosen = data.stream.value?.id;
      const at = lanes.findIndex(({ streams }) => streams.some(({ id }) => id === chosen));
      const next = lanes[at + by]?.streams.at(-1);
      if (!next) return;
      data.chooseStream(next.id);
      say(shortUrl(next.url, next.documentUrl));
    },
  };
}
