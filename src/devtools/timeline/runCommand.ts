import type { RowsStore } from '../events/rowsStore.ts';
import type { TimelineCommand } from './timelineKeys.ts';
import type { TimelineSteps } from './timelineSteps.ts';
import type { TimelineStore } from './timelineStore.ts';

export interface CommandTargets {
  rows: RowsStore;
  timeline: TimelineStore;
  steps: TimelineSteps;
  /** Zooming keeps this time in its place while it is in view; else the middle of the view. */
  chosenTime: number | undefined;
  /** Shows the chosen entry in the table. */
  open(): void;
}

/** Does what a key asks for. */
export function runCommand(command: TimelineCommand, targets: CommandTargets): void {
  const { rows, timeline, steps, chosenTime, open } = targets;
  const view = timeline.view.value;
  const span = view.to - view.from;
  const inView = chosenTime !== undefined && chosenTime > view.from && chosenTime < view.to;
  const center = inView ? chosenTime : (view.from + view.to) / 2;
  const actions: Record<TimelineCommand, () => void> = {
    left: () => timeline.panBy(-span * 0.1),
    right: () => timeline.panBy(span * 0.1),
    farLeft: () => timeline.panBy(-span * 0.8),
    farRight: () => timeline.panBy(span * 0.8),
    zoomIn: () => timeline.zoomAt(center, 1 / 1.5),
    zoomOut: () => timeline.zoomAt(center, 1.5),
    fit: steps.fit,
    live: () => timeline.followLive(),
    range: () => rows.setRange(view),
    nextTrouble: () => steps.jump(1),
    formerTrouble: () => steps.jump(-1),
    nextEntry: () => void steps.step(1),
    formerEntry: () => void steps.step(-1),
    laneUp: () => steps.chooseLane(-1),
    laneDown: () => steps.chooseLane(1),
    open,
  };
  actions[command]();
}
