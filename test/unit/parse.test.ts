import { describe, expect, test } from 'vitest';
import { STREAM_FIXTURES } from '../fixtures/streams.ts';
import { chunksOf, entryLine, joined, parseChunks } from '../support/streamNotation.ts';

test('there are at least 150 fixtures, each with a name of its own', () => {
  expect(STREAM_FIXTURES.length).toBeGreaterThanOrEqual(150);
  expect(new Set(STREAM_FIXTURES.map((fixture) => fixture.name)).size).toBe(STREAM_FIXTURES.length);
});

describe.each(STREAM_FIXTURES)('$name', ({ stream, entries }) => {
  const chunks = chunksOf(stream);
  const bytes = joined(chunks);

  test('as it is cut in the fixture', () => {
    expect(parseChunks(chunks).map((entry) => entryLine(entry, bytes))).toEqual(entries);
  });
  test('in one piece, byte by byte, and restarted from stored state before each byte', () => {
    const whole = parseChunks([bytes]);
    const single = [...bytes].map((byte) => new Uint8Array([byte]));
    expect(whole.map((entry) => entryLine(entry, bytes))).toEqual(entries);
    expect(parseChunks(single)).toEqual(whole);
    expect(parseChunks(single, { restart: true })).toEqual(whole);
  });
});
