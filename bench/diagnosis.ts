import { diagnose } from '../src/shared/diagnosis/diagnose.ts';
import { createColumnsBuilder } from '../src/shared/diagnosis/measures/columns.ts';
import type { DiagnosisInput } from '../src/shared/diagnosis/model/streamFacts.ts';
import type { Segment } from '../src/shared/segment/segment.ts';
import { createSegmentWriter, type SegmentWriter } from '../src/shared/segment/segmentWriter.ts';
import { HEALTHY } from '../test/corpus/healthy.ts';
import { type Outcome, runCorpus } from '../test/corpus/runCorpus.ts';
import { SICK } from '../test/corpus/sick/all.ts';
import { scene } from '../test/support/scene.ts';
import { best, median, report, rounded } from './measure.ts';

/*
 * A stream of 1,000,000 events, and its diagnosis, without the reading of the store.
 *
 *   first      all segments counted, and every rule applied (at most 1,000 ms)
 *   update     100 more events, and every rule applied again (at most 50 ms)
 *   many       every rule applied to a stream of 10,000 connections of 100 events each
 *
 * Then what is said of the labelled corpus (test/corpus): of sick streams how many are named first, shown further below, missed, or (without
 * the wire) said not to be looked at; of how many something is said above a note that is not so; and false alarms on healthy ones.
 * SEEDS=40 plays so many seeds of each family.
 */
const EVENTS = 1_000_000;
const ROUNDS = 5;
const encoder = new TextEncoder();

const block = (i: number) =>
  `id: ${i}\nevent: tick\ndata: {"n":${i},"ts":${1e12 + i * 4},"price":"100.00"}\n\n`;

/** Events from `from` on, ten of them in a chunk. */
function append(writer: SegmentWriter, from: number, count: number): void {
  for (let i = from; i < from + count; i += 10) {
    let text = '';
    for (let n = i; n < i + 10; n++) text += block(n);
    writer.append(encoder.encode(text), 1e12 + i * 4 + (i % 7));
  }
}

const base = scene({ connections: [{ at: 1e12 - 50 }] });

function inputOf(columns: DiagnosisInput['connections'][number]['columns']): DiagnosisInput {
  const connection = { ...base.connections[0]!, columns };
  return { ...base, connections: [connection], now: columns.times.at(-1)! + 100 };
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const writer = createSegmentWriter({ exchange: 'x' });
append(writer, 0, EVENTS);
const segments = writer.takeChanged();

const first: number[] = [];
const updates: number[] = [];
let events = 0;
for (let round = 0; round < ROUNDS; round++) {
  const builder = createColumnsBuilder();
  first.push(
    timed(() => {
      for (const segment of segments) builder.add(segment);
      events = inputOf(builder.columns()).connections[0]!.columns.all.events;
      diagnose(inputOf(builder.columns()));
    }),
  );
  const tail = createSegmentWriter({ exchange: 'x', tail: segments.at(-1) as Segment });
  for (let i = 0; i < 20; i++) {
    append(tail, EVENTS + i * 100, 100);
    const changed = tail.takeChanged();
    updates.push(
      timed(() => {
        for (const segment of changed) builder.add(segment);
        diagnose(inputOf(builder.columns()));
      }),
    );
  }
}

const short = (at: number) => {
  const own = createSegmentWriter({ exchange: 'x' });
  append(own, at, 100);
  own.end();
  const builder = createColumnsBuilder();
  for (const segment of own.takeChanged()) builder.add(segment);
  return builder.columns();
};
const connections = Array.from({ length: 10_000 }, (_, i) => {
  const { exchange, ...rest } = base.connections[0]!;
  const startedAt = 1e12 + i * 2000;
  return {
    ...rest,
    columns: short(i * 100),
    exchange: {
      ...exchange,
      id: `s1/${i + 1}`,
      number: i + 1,
      startedAt,
      respondedAt: startedAt + 5,
      endedAt: startedAt + 900,
      end: 'end' as const,
      http: { ...exchange.http!, requestedAt: startedAt, completedAt: startedAt + 900, error: '' },
    },
  };
});
const many: number[] = [];
for (let round = 0; round < 3; round++)
  many.push(timed(() => diagnose({ ...base, connections, now: 1e12 + 3e7 })));

const seeds = Number(process.env.SEEDS ?? 10);
const outcomes = runCorpus(seeds);

function counted(wire: boolean) {
  const own = outcomes.filter((one) => one.wire === wire);
  const count = (outcome: Outcome['outcome']) => own.filter((one) => one.outcome === outcome).length;
  const falseAlarms = count('falseAlarm');
  const healthy = count('well') + falseAlarms;
  return {
    sick: own.length - healthy,
    named: count('named'),
    shown: count('shown'),
    missed: count('missed'),
    unseen: count('unseen'),
    wrong: own.filter((one) => one.wrong.length > 0).length - falseAlarms,
    healthy,
    falseAlarms,
  };
}
const onWire = counted(true);
const eventsAlone = counted(false);

for (const { family, seed, wire, outcome, wrong, said } of outcomes) {
  if (outcome === 'falseAlarm' || outcome === 'missed' || outcome === 'shown' || wrong.length > 0)
    console.log(
      `${outcome}: ${family}, seed ${seed}, ${wire ? 'with' : 'without'} the wire: ${said.join(', ')}`,
    );
}
console.log(
  `${Object.keys(SICK).length} kinds of trouble, ${Object.keys(HEALTHY).length} healthy ones; ${seeds} seeds of each`,
);
console.log(`with the wire:  ${JSON.stringify(onWire)}\nevents alone:   ${JSON.stringify(eventsAlone)}\n`);

const figures = {
  events,
  firstMs: rounded(best(first)),
  updateMs: rounded(median(updates)),
  manyMs: rounded(best(many)),
  scenarios: outcomes.length,
  named: rounded(onWire.named / onWire.sick, 4),
  missed: onWire.missed + eventsAlone.missed,
  wrong: onWire.wrong + eventsAlone.wrong,
  falseAlarms: onWire.falseAlarms + eventsAlone.falseAlarms,
};
report(
  [
    { what: 'first: 1,000,000 events', is: figures.firstMs, atMost: 1000 },
    { what: 'update: 100 more', is: figures.updateMs, atMost: 50 },
    { what: 'many: 10,000 connections', is: figures.manyMs, atMost: '' },
    { what: 'corpus: named first (at least 0.95)', is: figures.named, atMost: 1 },
    { what: 'corpus: wrong', is: figures.wrong, atMost: 0 },
    { what: 'corpus: false alarms', is: figures.falseAlarms, atMost: 0 },
  ],
  figures,
);
