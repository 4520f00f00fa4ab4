import type { Start } from '../../shared/replay/resume.ts';
import type { Ending, Track } from '../../shared/replay/track.ts';
import type { Faults } from '../faults/faults.ts';
import type { Item } from '../faults/items.ts';

/** Where the bytes go. */
export interface Sink {
  /** Returns false when it is full: `drained` is told when there is room again. */
  write(bytes: Uint8Array): boolean;
  /** The response is over. */
  end(): void;
  /** The connection breaks. */
  drop(): void;
}

/** What comes while it is played: from a server behind. */
export interface LiveSource {
  /** What has come and is not played yet; takers take it out. */
  waiting: Item[];
  /** Told of each item that a taker has taken out. */
  taken(item: Item): void;
  /** How it ended, when it has. */
  ended: Ending | undefined;
}

export interface PlayerOptions {
  track: Track;
  /** Played instead of the track's bytes. */
  live?: LiveSource;
  faults: Faults;
  random(): number;
  /** Times as fast as it was recorded; Infinity for as fast as it goes. */
  speed: number;
  paused: boolean;
  /** At its end it begins again. */
  loop: boolean;
  /** Part that is played, ms after the request. */
  from: number;
  to: number;
  /** Where it goes on instead. */
  start: Start | undefined;
  /** A comment is sent when nothing else was for so long, ms; 0 for none. */
  heartbeat: number;
  sink: Sink;
  /** It is over; by itself, not by `stop`. `isCut`: by a fault, before what was recorded had been played. */
  over(isCut: boolean): void;
}

/** What one client has got. */
export interface PlayerProgress {
  bytes: number;
  events: number;
  /** ms of the recording; where playing is. */
  position: number;
  /** How much later than it should have been the last write was, ms. */
  lag: number;
  paused: boolean;
  speed: number;
  state: 'playing' | 'waiting for the client' | 'open' | 'over';
}
