import { expect, test } from 'vitest';
import { HEALTHY } from '../../corpus/healthy.ts';
import { type Outcome, runCorpus } from '../../corpus/runCorpus.ts';
import { SICK } from '../../corpus/sick/all.ts';

/* The labelled corpus: streams with trouble, and streams without, of the kinds that are met. `npm run bench -- diagnosis` plays more seeds. */

const told = ({ family, seed, wire, wrong, said }: Outcome) =>
  `${family}, seed ${seed}, ${wire ? 'with' : 'without'} the wire: wrong ${wrong}; said ${said}`;
const outcomes = runCorpus(3);

test('has enough scenarios', () => {
  expect(Object.keys(SICK).length + Object.keys(HEALTHY).length).toBeGreaterThanOrEqual(100);
  expect(outcomes.length).toBeGreaterThanOrEqual(120);
});

test('nothing is said above a note that is not so', () => {
  expect(outcomes.filter(({ wrong }) => wrong.length > 0).map(told)).toEqual([]);
});

test('what is wrong is named with the wire, and without it named or said not to be looked at', () => {
  const missed = outcomes.filter(
    ({ outcome, wire }) => outcome === 'missed' || (wire && outcome === 'unseen'),
  );
  expect(missed.map(told)).toEqual([]);
  const sick = outcomes.filter(({ outcome, wire }) => wire && outcome !== 'well' && outcome !== 'falseAlarm');
  const named = sick.filter(({ outcome }) => outcome === 'named').length;
  expect(named / sick.length).toBeGreaterThanOrEqual(0.95);
});
