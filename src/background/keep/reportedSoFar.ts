import { entryData, entryRow } from '../../shared/segment/readSegment.ts';
import type { Segment } from '../../shared/segment/segment.ts';
import { joinBytes } from '../../shared/session/joinBytes.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { ReportedEvents } from '../../shared/store/schema.ts';
import type { Chunks } from './chunks.ts';
import { exchangeSegments } from './exchangeSegments.ts';
import type { Live } from './ledger.ts';
import type { RecordStore } from './recordStore.ts';

/** The events of an exchange that only the page has reported. */
export async function eventsSoFar(store: RecordStore, live: Live): Promise<ReportedEvents> {
  const segments: Segment[] = [];
  const types: string[] = [];
  const typeOf: number[] = [];
  const times: number[] = [];
  const [dataEnds, idEnds]: [number[], number[]] = [[], []];
  let data = '';
  let ids = '';
  for await (const segment of exchangeSegments(store, live)) {
    segments.push(segment);
    for (let i = 0; i < segment.kinds.length; i++) {
      if (segment.kinds[i] !== EntryKind.event) continue;
      const { type, lastEventId, time } = entryRow(segment, i);
      data += await entryData(segment, i, async (index) => segments[index]);
      ids += lastEventId;
      dataEnds.push(data.length);
      idEnds.push(ids.length);
      if (!types.includes(type)) types.push(type);
      typeOf.push(types.indexOf(type));
      times.push(time);
    }
  }
  return {
    data,
    dataEnds: Uint32Array.from(dataEnds),
    ids,
    idEnds: Uint32Array.from(idEnds),
    types,
    typeOf: Uint16Array.from(typeOf),
    times: Float64Array.from(times),
  };
}

/** The bytes of an exchange that only the page has reported. */
export async function chunksSoFar(store: RecordStore, live: Live): Promise<Chunks> {
  const pieces: Uint8Array[] = [];
  const ends: number[] = [];
  const times: number[] = [];
  for await (const segment of exchangeSegments(store, live)) {
    for (const end of segment.chunkEnds) ends.push(segment.base + end);
    for (const time of segment.chunkTimes) times.push(time);
    pieces.push(segment.bytes);
  }
  return { bytes: joinBytes(...pieces), ends: Uint32Array.from(ends), times: Float64Array.from(times) };
}
