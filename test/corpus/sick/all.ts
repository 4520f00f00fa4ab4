import type { Families } from '../scenario.ts';
import { BROKEN_OFF } from './brokenOff.ts';
import { COMING_BACK } from './comingBack.ts';
import { LATE } from './late.ts';
import { NO_STREAM } from './noStream.ts';
import { WRITTEN } from './written.ts';

/** Streams with trouble: each family is named after what is to be said. */
export const SICK: Families = { ...LATE, ...BROKEN_OFF, ...NO_STREAM, ...COMING_BACK, ...WRITTEN };
