import { describe, expect, test } from 'vitest';
import { createAssembly } from '../../../src/shared/assemble/assembly.ts';
import { sayNote } from '../../../src/shared/text/sayNote.ts';
import { eventsIn, readSamples } from '../../support/assembledSamples.ts';

const samples = readSamples('assembled.md');

describe('what a stream says as a whole', () => {
  test.each(samples.map((sample) => [sample.title, sample] as const))('%s', (_title, sample) => {
    const { events, retryAtEnd } = eventsIn(sample);
    const assembly = createAssembly(sample.facts);
    for (const event of events) assembly.add(event);
    const result = assembly.result({ open: false, whole: true, retryAtEnd });
    const { findings, ...expected } = sample.expected;
    expect(result).toMatchObject(expected);
    if (findings) expect(result!.notes.map(sayNote)).toEqual(findings);
  });
});
