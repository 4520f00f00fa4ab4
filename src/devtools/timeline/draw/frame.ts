import type { Mark } from '../../../shared/session/types.ts';
import type { TimeRange } from '../../data/timeRange.ts';
import type { Density } from '../../query/density.ts';
import type { Lane } from '../model/lane.ts';

/** Height of a lane, and of the axis above the lanes, px. */
export const LANE_HEIGHT = 38;
export const AXIS_HEIGHT = 20;

/** Everything that one frame of the timeline shows. */
export interface Frame {
  width: number;
  height: number;
  view: TimeRange;
  /** Up to when spans go that last, ms since the epoch. */
  now: number;
  /** Lanes on the screen, and where the first of them begins, px below the axis. */
  lanes: readonly Lane[];
  top: number;
  /** By stream. */
  densities: Record<string, Density>;
  marks: readonly Mark[];
  /** The chosen entry. */
  chosen: { stream: string; time: number } | undefined;
  chosenStream: string | undefined;
  range: TimeRange | undefined;
  hover: number | undefined;
  /** Where a replay is. */
  playhead: number | undefined;
}
