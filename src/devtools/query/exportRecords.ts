import type { Redactor } from '../../shared/file/source/redact.ts';
import type { SessionSource } from '../../shared/file/source/sessionSource.ts';
import { createParquetFile } from '../../shared/fleet/parquet/writeParquet.ts';
import { exchangeId } from '../../shared/fleet/rows/exchangeRow.ts';
import { createRecordRows } from '../../shared/fleet/rows/recordRows.ts';
import { createRowBuffer, type RowBuffer } from '../../shared/fleet/rows/rowBuffer.ts';
import { placeOf } from '../../shared/fleet/rows/streamPlace.ts';
import { RECORDS } from '../../shared/fleet/schema/recordsTable.ts';
import type { Exchange } from '../../shared/session/types.ts';

/** Whether a record is wanted, by its ordinal in its exchange. */
export type IsChosen = (exchange: Exchange, ordinal: number) => boolean;

type Rows = RowBuffer<typeof RECORDS>;

/** Rows that become a part of a file together. */
const PART = 20_000;

/** Records as the table `records` has them, a Parquet file. */
export async function* recordsAsParquet(
  source: SessionSource,
  isChosen: IsChosen | undefined,
): AsyncGenerator<Uint8Array> {
  const file = createParquetFile(RECORDS, { packed: true });
  for await (const { rows } of recordParts(source, isChosen)) yield file.add(rows.takeFirst(rows.length));
  yield file.end();
}

/** A line of JSON for each record, of whatever kind: as for events, and its kind. */
export async function* recordsAsNdjson(
  source: SessionSource,
  isChosen: IsChosen,
  redactor: Redactor,
): AsyncGenerator<string> {
  for await (const { rows, exchange, stream } of recordParts(source, isChosen)) {
    const url = redactor.text(exchange.url);
    const { arrived_at, kind, type, event_id, data, retry_ms, problem } = rows.columns;
    let lines = '';
    for (let i = 0; i < rows.length; i++) {
      const own = { time: arrived_at[i], kind: kind[i], type: type[i], id: event_id[i], data: data[i] };
      const more = {
        ...(retry_ms[i] === null ? {} : { retry: retry_ms[i] }),
        ...(problem[i] ? { problem: problem[i] } : {}),
      };
      lines += `${JSON.stringify({ stream, url, connection: exchange.number, ...own, ...more })}\n`;
    }
    rows.keepFirst(0);
    yield lines;
  }
}

/** Records, a few thousand of one exchange at a time; whoever takes them empties the buffer. */
async function* recordParts(
  source: SessionSource,
  isChosen: IsChosen | undefined,
): AsyncGenerator<{ rows: Rows; exchange: Exchange; stream: number }> {
  const rows = createRowBuffer(RECORDS);
  const streams = new Map(source.streams.map((stream) => [stream.id, stream]));
  /** When the last record of each stream came. */
  const lastTimes = new Map<string, number | undefined>();
  for (const exchange of source.exchanges) {
    const stream = streams.get(exchange.stream);
    if (!stream) continue;
    const place = placeOf(stream, source.session.id, '');
    const records = createRecordRows(
      rows,
      {
        place,
        exchange: exchangeId(place, exchange.number),
        number: exchange.number,
        before: exchange.firstEntry,
        timeBefore: lastTimes.get(stream.id),
      },
      { keepsData: true, wanted: isChosen && ((ordinal) => isChosen(exchange, ordinal)) },
    );
    for await (const segment of source.segments(exchange.id)) {
      await records.add(segment);
      if (rows.length >= PART) yield { rows, exchange, stream: stream.number };
    }
    lastTimes.set(stream.id, records.lastTime);
    if (rows.length > 0) yield { rows, exchange, stream: stream.number };
  }
}
