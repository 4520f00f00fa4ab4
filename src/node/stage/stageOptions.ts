import { NO_FAULTS, type Scenario } from '../faults/faults.ts';
import type { ReconnectMode, WhenOver } from './cast.ts';
import type { PlayerProgress } from './playerOptions.ts';

/** How sessions are played. */
export interface StageOptions {
  /** Times as fast as it was recorded; Infinity for as fast as it goes. */
  speed: number;
  /** A stream that has ended begins again in the same response. */
  loop: boolean;
  /** Part of each recorded response that is played, ms after its request. */
  from: number;
  to: number;
  reconnect: ReconnectMode;
  whenOver: WhenOver;
  /** Comments of its own, ms apart; 0 for none. */
  heartbeat: number;
  scenario: Scenario;
  /** Nothing is played until somebody says so. */
  paused: boolean;
}

export const STAGE_DEFAULTS: StageOptions = {
  speed: 1,
  loop: false,
  from: 0,
  to: Infinity,
  reconnect: 'as-recorded',
  whenOver: '204',
  heartbeat: 0,
  scenario: NO_FAULTS,
  paused: false,
};

/** Somebody who is being served. */
export interface Client extends PlayerProgress {
  id: number;
  stream: string;
  path: string;
  method: string;
  /** Which of the stream's recorded connections is played, from 1. */
  connection: number;
  /** ms since the epoch. */
  since: number;
  lastEventId: string;
}

export interface StageTotals {
  connections: number;
  clients: number;
  bytes: number;
  events: number;
  /** Requests that were refused by a fault, or asked for what is not served. */
  refused: number;
  notServed: number;
}
