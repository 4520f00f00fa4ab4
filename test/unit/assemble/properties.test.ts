import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAssembly } from '../../../src/shared/assemble/assembly.ts';
import type { Assembled } from '../../../src/shared/assemble/build/assembled.ts';
import type { StreamEvent } from '../../../src/shared/assemble/build/streamContext.ts';
import { eventsIn, readSamples, type Sample } from '../../support/assembledSamples.ts';
import { holds } from '../../support/properties.ts';

const samples = readSamples('assembled.md');
const CLOSED = { open: false, whole: true };
const OPEN = { open: true, whole: true };

function assemble(sample: Sample, events: readonly StreamEvent[], looked = false): Assembled | undefined {
  const assembly = createAssembly(sample.facts);
  for (const event of events) {
    assembly.add(event);
    if (looked) assembly.result(OPEN);
  }
  return assembly.result(CLOSED);
}

test('looking in between changes nothing', () => {
  for (const sample of samples) {
    const { events } = eventsIn(sample);
    expect(assemble(sample, events, true), sample.title).toEqual(assemble(sample, events));
  }
});

test('cut at any event, a format is told late or not at all, and never as another one', () => {
  for (const sample of samples) {
    const { events } = eventsIn(sample);
    const whole = assemble(sample, events)!;
    for (let cut = 0; cut < events.length; cut++) {
      const part = assemble(sample, events.slice(0, cut));
      if (!part) continue;
      expect(part.format, `${sample.title}, cut after ${cut}`).toBe(whole.format);
      for (const call of part.answers.flatMap(({ toolCalls }) => toolCalls)) {
        if (call.state !== 'complete') expect(call.input).toBeUndefined();
      }
    }
  }
});

test('while a stream goes on, nothing is said to be cut', () => {
  for (const sample of samples) {
    const { events } = eventsIn(sample);
    const assembly = createAssembly(sample.facts);
    for (const event of events) {
      assembly.add(event);
      const status = assembly.result(OPEN)?.status;
      expect(['truncated', 'unknown'], `${sample.title} at ${event.n}`).not.toContain(status);
    }
  }
});

const chunk = (delta: object, finish: string | null = null): string =>
  JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });

/** A text in pieces whose lengths are given in turn. */
function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = lengths[pieces.length % lengths.length]!;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

test('deltas may be cut anywhere: between halves of a character, inside an escape of nested JSON', () => {
  holds(
    'deltas',
    [
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      fc.dictionary(fc.string({ unit: 'binary', maxLength: 5 }), fc.jsonValue(), { maxKeys: 4 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
    ],
    (words, input, lengths) => {
      const json = JSON.stringify(input);
      const lines = [
        ...cut(words, lengths).map((content) => chunk({ content })),
        chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] }),
        ...cut(json, lengths).map((part) =>
          chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] }),
        ),
        chunk({}, 'tool_calls'),
        '[DONE]',
      ];
      const events = lines.map((data, i): StreamEvent => ({ n: i + 1, type: 'message', data, id: '' }));
      const { status, answers, notes } = assemble(samples[0]!, events)!;
      const { text, toolCalls, pieces } = answers[0]!;
      expect(status).toBe('complete');
      if (!notes.some(({ code }) => code === 'cumulativeText')) expect(text).toBe(words);
      expect(toolCalls[0]).toMatchObject({ state: 'complete', arguments: json });
      expect(toolCalls[0]!.input).toEqual(JSON.parse(json));
      expect(pieces.text.reduce((sum, { length }) => sum + length, 0)).toBe(text.length);
    },
    2000,
  );
});

test('any JSON in any event is taken, and nothing throws', () => {
  const name = fc.constantFrom(
    'choices',
    'data',
    'delta',
    'event',
    'id',
    'index',
    'method',
    'result',
    'text',
    'type',
    'usage',
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('start', 'finish', 'text', 'message', 'error', [], {}),
  );
  const event = fc.record({
    type: fc.constantFrom('message', 'next', 'error', 'ping', 'end'),
    object: fc.dictionary(name, value),
  });
  holds(
    'any JSON',
    [fc.array(event, { maxLength: 12 })],
    (list) => {
      const events = list.map(
        ({ type, object }, i): StreamEvent => ({ n: i + 1, type, data: JSON.stringify(object), id: '' }),
      );
      expect(() => assemble(samples[0]!, events)).not.toThrow();
    },
    2000,
  );
});

test('damaged samples never throw', () => {
  holds(
    'damaged samples',
    [
      fc.constantFrom(...samples),
      fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 20 }),
    ],
    (sample, places) => {
      const { events } = eventsIn(sample);
      const damaged = events.map((event, i) => {
        const from = places[i % places.length]! % (event.data.length + 1);
        const to = from + (places[(i + 1) % places.length]! % 9);
        return { ...event, data: event.data.slice(0, from) + event.data.slice(to) };
      });
      expect(() => assemble(sample, damaged)).not.toThrow();
    },
    2000,
  );
});
