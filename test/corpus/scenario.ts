import type { FindingCode } from '../../src/shared/diagnosis/model/finding.ts';
import type { Random } from '../simulate/random.ts';
import type { SceneSketch } from '../support/scene.ts';

/** A stream as it may be met, and what is wrong with it. */
export interface Scenario {
  sketch: SceneSketch;
  /** What is wrong; missing where nothing is. */
  code?: FindingCode;
  /** What may rightly be said beside it: other causes that are there as well, and consequences. */
  also?: readonly FindingCode[];
}

/** Scenarios of one kind: the seed decides about times, sizes, words and names. */
export type Families = Record<string, (random: Random) => Scenario>;
