import { createParser as createPeer } from 'eventsource-parser';
import { SEGMENT_BYTES } from '../src/shared/segment/segment.ts';
import { createSegmentWriter } from '../src/shared/segment/segmentWriter.ts';
import { createParser } from '../src/shared/sse/parse.ts';
import { createTextReader, readBlock } from '../src/shared/sse/readEvent.ts';
import { EntryKind } from '../src/shared/sse/types.ts';
import { best, inTurn, report, rounded } from './measure.ts';

/*
 * Our parser against eventsource-parser, on the same bytes in one run.
 *
 *   index        bytes in, entries with byte ranges out; the peer gets bytes too, and so must decode them
 *   index, text  the same of ours; the peer gets text that was decoded beforehand
 *   data         every event's data as a string, decoding included for both
 *   segments     bytes in, stored segments out (ours alone): what recording costs
 */
const TOTAL = 16 << 20;
const ROUNDS = 9;
const encoder = new TextEncoder();

function streamOf(size: number, total = TOTAL): Uint8Array {
  const blocks: string[] = [];
  for (let i = 0, length = 0; length < total; i++) {
    const block = `id: ${i}\nevent: tick\ndata: ${'abcdefghij'.repeat(size / 10)}\n\n`;
    blocks.push(block);
    length += block.length;
  }
  return encoder.encode(blocks.join(''));
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

let kept = 0;

function ourIndex(chunks: Uint8Array[]): void {
  const parser = createParser({
    entry(_kind, _start, end) {
      kept += end;
    },
  });
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
}

/** As the product reads: the data is taken from the stored bytes, a segment at a time. */
function ourData(chunks: Uint8Array[], whole: Uint8Array): void {
  const events: number[] = [];
  const parser = createParser({
    entry(kind, start, end, _detail, _type, dataSize, dataStart) {
      if (kind === EntryKind.event) events.push(start, end, dataStart, dataSize);
    },
  });
  let base = 0;
  let parsed = 0;
  for (const chunk of chunks) {
    parser.push(chunk);
    parsed += chunk.length;
    if (parsed - base < SEGMENT_BYTES && parsed < whole.length) continue;
    const text = createTextReader(whole.subarray(base, parsed));
    for (let i = 0; i < events.length; i += 4) {
      const from = events[i + 2]! - base;
      // What began in an earlier segment is read by itself.
      const data =
        from < 0
          ? readBlock(whole.subarray(events[i]!, events[i + 1]!)).data
          : text(from, from + events[i + 3]!);
      kept += data.length;
    }
    events.length = 0;
    base = parsed;
  }
}

function peerIndex(chunks: Uint8Array[]): void {
  const decoder = new TextDecoder();
  const parser = createPeer({
    onEvent: (event) => {
      kept += event.data.length;
    },
  });
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
}

function peerText(chunks: string[]): void {
  const parser = createPeer({
    onEvent: (event) => {
      kept += event.data.length;
    },
  });
  for (const chunk of chunks) parser.feed(chunk);
}

function segments(chunks: Uint8Array[]): void {
  const writer = createSegmentWriter({ exchange: 'bench' });
  chunks.forEach((chunk, i) => {
    writer.append(chunk, i);
    // Full segments are handed over as they come, as the background does it.
    if (i % 64 === 63) kept += writer.takeChanged().length;
  });
}

const rows: Record<string, string | number>[] = [];
const figures: Record<string, number> = {};
for (const size of [20, 200, 2000]) {
  const whole = streamOf(size);
  for (const chunkSize of [1024, 65_536]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < whole.length; at += chunkSize) chunks.push(whole.slice(at, at + chunkSize));
    const decoder = new TextDecoder();
    const texts = chunks.map((chunk) => decoder.decode(chunk));
    const times = inTurn(
      {
        ourIndex: () => timed(() => ourIndex(chunks)),
        peerIndex: () => timed(() => peerIndex(chunks)),
        peerText: () => timed(() => peerText(texts)),
        ourData: () => timed(() => ourData(chunks, whole)),
        segments: () => timed(() => segments(chunks)),
      },
      ROUNDS,
    );
    const rate = (name: keyof typeof times) => whole.length / best(times[name]) / 1e6;
    const ratios = {
      index: best(times.peerIndex) / best(times.ourIndex),
      'index, text': best(times.peerText) / best(times.ourIndex),
      data: best(times.peerIndex) / best(times.ourData),
    };
    rows.push({
      'event data, chunk': `${size} B, ${chunkSize >> 10} KiB`,
      'ours GB/s': rate('ourIndex').toFixed(2),
      'peer GB/s': rate('peerIndex').toFixed(2),
      'index ×': ratios.index.toFixed(2),
      'index, text ×': ratios['index, text'].toFixed(2),
      'data ×': ratios.data.toFixed(2),
      'segments GB/s': rate('segments').toFixed(2),
    });
    for (const [name, ratio] of Object.entries(ratios)) {
      figures[`${name.replace(', ', '-')}/${size}B/${chunkSize >> 10}KiB`] = rounded(ratio);
    }
  }
}

/** Time for twice as much, against the time for once: 2 is linear. */
function slope(make: (scale: number) => () => void): number {
  const once = make(1);
  const twice = make(2);
  const times = inTurn({ once: () => timed(once), twice: () => timed(twice) }, 5);
  return best(times.twice) / best(times.once);
}

const MIB = new Uint8Array(1 << 20);
const hostile: Record<string, (scale: number) => () => void> = {
  'one line of 256 MiB': (scale) => () => {
    const parser = createParser({ entry() {} });
    parser.push(encoder.encode('data: '));
    const piece = MIB.slice().fill(0x78);
    for (let i = 0; i < 256 * scale; i++) parser.push(piece);
  },
  '5 million empty lines': (scale) => {
    const lines = new Uint8Array(5_000_000 * scale).fill(0x0a);
    return () => createParser({ entry() {} }).push(lines);
  },
  '500,000 chunks of one byte': (scale) => {
    const bytes = streamOf(20, 500_000 * scale).subarray(0, 500_000 * scale);
    return () => {
      const parser = createParser({ entry() {} });
      for (let i = 0; i < bytes.length; i++) parser.push(bytes.subarray(i, i + 1));
    };
  },
  'random bytes': (scale) => {
    const bytes = new Uint8Array(8_000_000 * scale);
    let x = 1;
    for (let i = 0; i < bytes.length; i++) {
      x = (x * 1_103_515_245 + 12_345) >>> 0;
      bytes[i] = x >>> 16;
    }
    return () => createParser({ entry() {} }).push(bytes);
  },
};
console.log('Time for twice the input, against once (2 is linear):');
for (const [name, make] of Object.entries(hostile)) {
  const value = slope(make);
  console.log(`  ${name}: ${value.toFixed(2)}`);
  figures[`slope/${name}`] = rounded(value);
}
if (kept < 0) throw new Error('the work was not done');
report(rows, figures);
