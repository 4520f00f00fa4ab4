import { createParser as createPeer } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBlock } from '../../src/shared/sse/encode.ts';
import { createTextReader, readBlock } from '../../src/shared/sse/readEvent.ts';
import { EntryKind } from '../../src/shared/sse/types.ts';
import { cut, streamBytes, streamLines } from '../support/arbitraryStream.ts';
import { holds } from '../support/properties.ts';
import { eventData, parseChunks } from '../support/streamNotation.ts';

const places = fc.array(fc.nat(), { maxLength: 8 });

/** Dispatched events, as a page would see them. */
function eventsOf(bytes: Uint8Array) {
  return parseChunks([bytes])
    .filter((entry) => entry.kind === EntryKind.event)
    .map((entry) => ({ type: entry.type, lastEventId: entry.lastEventId, data: eventData(entry, bytes) }));
}

test('any cut gives the same entries, also when the parser is restarted from its state at each', () => {
  holds('any cut', [streamBytes, places], (bytes, at) => {
    const whole = parseChunks([bytes]);
    expect(parseChunks(cut(bytes, at))).toEqual(whole);
    expect(parseChunks(cut(bytes, at), { restart: true })).toEqual(whole);
  });
});

test('LF, CR and CRLF give the same events', () => {
  holds('line ends', [streamLines], (lines) => {
    const [lf, cr, crlf] = ['\n', '\r', '\r\n'].map((end) =>
      eventsOf(new TextEncoder().encode(lines.map((line) => line + end).join(''))),
    );
    expect(cr).toEqual(lf);
    expect(crlf).toEqual(lf);
  });
});

const oneLine = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n\0]/g, '.'));
const block = fc.record({
  event: fc.option(oneLine, { nil: undefined }),
  id: fc.option(oneLine, { nil: undefined }),
  retry: fc.option(fc.nat(), { nil: undefined }),
  comment: fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }), { nil: undefined }),
  data: fc.array(oneLine, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n')),
});

test('what the encoder writes, the parser reads', () => {
  holds('encode then parse', [fc.array(block, { maxLength: 5 })], (blocks) => {
    const bytes = new TextEncoder().encode(blocks.map((one) => encodeBlock(one)).join(''));
    let lastEventId = '';
    const expected = blocks.map(({ event, id, data }) => {
      lastEventId = id ?? lastEventId;
      return { type: event || 'message', lastEventId, data };
    });
    expect(eventsOf(bytes)).toEqual(expected);
    const retries = parseChunks([bytes]).filter((entry) => entry.kind === EntryKind.retry);
    expect(retries.map((entry) => entry.detail)).toEqual(blocks.flatMap(({ retry }) => retry ?? []));
  });
});

test('agrees with eventsource-parser where both follow the standard', () => {
  holds('eventsource-parser', [streamLines], (lines) => {
    // The peer hands on a block's own ID instead of the remembered one, and keeps a space that an empty name has.
    const text = lines.map((line) => `${line}\n`).join('');
    const theirs: { type: string; data: string; id: string | undefined }[] = [];
    const peer = createPeer({
      onEvent: ({ event, data, id }) => theirs.push({ type: event || 'message', data, id }),
    });
    peer.feed(text);
    const ours = eventsOf(new TextEncoder().encode(text));
    expect(ours.map(({ type, data }) => ({ type, data }))).toEqual(
      theirs.map(({ type, data }) => ({ type, data })),
    );
    theirs.forEach(({ id }, i) => {
      if (id !== undefined) expect(ours[i]!.lastEventId).toBe(id);
    });
  });
});

test('the ranges of events and incomplete tails never overlap, and ascend', () => {
  holds('ranges', [streamBytes], (bytes) => {
    let last = 0;
    for (const { kind, start, end } of parseChunks([bytes])) {
      expect(start).toBeLessThanOrEqual(end);
      expect(end).toBeLessThanOrEqual(bytes.length + 1);
      if (kind !== EntryKind.event && kind !== EntryKind.incomplete) continue;
      expect(start).toBeGreaterThanOrEqual(last);
      last = end;
    }
  });
});

test('data by its place in the index is the data of the block', () => {
  holds('data by its place', [streamBytes], (bytes) => {
    for (const entry of parseChunks([bytes])) {
      if (entry.kind !== EntryKind.event) continue;
      const { start, end } = entry;
      expect(eventData(entry, bytes)).toBe(readBlock(bytes.subarray(start, end), start === 0).data);
    }
  });
});

test('many pieces read at once are the pieces read one by one', () => {
  holds('text reader', [streamBytes, places], (bytes, at) => {
    const textOf = createTextReader(bytes);
    let from = 0;
    for (const piece of cut(bytes, at)) {
      const one = new TextDecoder('utf-8', { ignoreBOM: true }).decode(piece);
      expect(textOf(from, from + piece.length)).toBe(one);
      from += piece.length;
    }
  });
});
