import { diagnose } from '../../src/shared/diagnosis/diagnose.ts';
import type { FindingCode } from '../../src/shared/diagnosis/model/finding.ts';
import { createRandom } from '../simulate/random.ts';
import { type SceneSketch, scene } from '../support/scene.ts';
import { withoutWire } from '../support/withoutWire.ts';
import { HEALTHY } from './healthy.ts';
import type { Families, Scenario } from './scenario.ts';
import { SICK } from './sick/all.ts';

/**
 * What was said of a scenario. Sick: `named` first, or after what may rightly stand before it; `shown` further below; `missed`.
 * `wrong`: something above a note that is not so. Healthy: `well`, or a `falseAlarm`.
 */
export interface Outcome {
  /** Without the wire, only the events are known that the page hears: `unseen` is what is said not to be looked at. */
  wire: boolean;
  family: string;
  seed: number;
  outcome: 'named' | 'shown' | 'missed' | 'unseen' | 'well' | 'falseAlarm';
  /** Findings above a note that are not so. */
  wrong: FindingCode[];
  said: FindingCode[];
}

/** Diagnoses every scenario of the corpus, each with so many seeds. */
export function runCorpus(seeds: number, firstSeed = 1): Outcome[] {
  const outcomes: Outcome[] = [];
  for (const families of [SICK, HEALTHY] as Families[]) {
    for (const [family, make] of Object.entries(families)) {
      for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
        const scenario = make(createRandom(seed * 7919 + hash(family)));
        outcomes.push({ family, seed, wire: true, ...judge(scenario) });
        const sketch = eventsAlone(scenario.sketch);
        if (sketch) outcomes.push({ family, seed, wire: false, ...judge({ ...scenario, sketch }) });
      }
    }
  }
  return outcomes;
}

/** The same as Chromium sees it without the wire; undefined where a script reads the bytes itself, or chunks are not text. */
function eventsAlone(sketch: SceneSketch): SceneSketch | undefined {
  const isText = sketch.connections.every(({ chunks = [] }) =>
    chunks.every(([, text]) => typeof text === 'string'),
  );
  if ((sketch.transport ?? 'EventSource') !== 'EventSource' || !isText || sketch.browser === 'firefox')
    return undefined;
  return withoutWire(sketch, [...(sketch.stream?.listeners ?? ['message'])]);
}

function judge({ sketch, code, also = [] }: Scenario): Pick<Outcome, 'outcome' | 'wrong' | 'said'> {
  const { findings, notLookedAt } = diagnose(scene(sketch));
  const said = findings.map((one) => one.code);
  const above = findings.filter(({ severity }) => severity !== 'note').map((one) => one.code);
  const wrong = above.filter((one) => one !== code && !also.includes(one));
  if (code === undefined) return { outcome: wrong.length > 0 ? 'falseAlarm' : 'well', wrong, said };
  const at = said.indexOf(code);
  if (at < 0) {
    const isUnseen = notLookedAt.some((one) => one.code === code);
    return { outcome: isUnseen ? 'unseen' : 'missed', wrong, said };
  }
  const before = above.slice(0, above.indexOf(code) < 0 ? above.length : above.indexOf(code));
  return { outcome: before.every((one) => also.includes(one)) ? 'named' : 'shown', wrong, said };
}

function hash(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 31) + text.charCodeAt(i)) | 0;
  return value;
}
