import type { Exchange, Stream } from '../../session/types.ts';
import type { Redactor } from '../source/redact.ts';
import type { SessionSource } from '../source/sessionSource.ts';
import { csvCell } from './csvCell.ts';
import { eventsOf } from './events.ts';

/** Text is handed over in pieces of about so many characters. */
const PIECE = 256 * 1024;

/** The bytes of a stream as they came, its exchanges one after the other. */
export async function* writeBytes(source: SessionSource): AsyncGenerator<Uint8Array> {
  for (const { id } of source.exchanges) for await (const { bytes } of source.segments(id)) yield bytes;
}

/** One line of JSON for each event: stream, connection, time (ms since the epoch), type, id, data. */
export async function* writeNdjson(
  source: SessionSource,
  redactor: Redactor,
  wanted?: (exchange: Exchange, ordinal: number) => boolean,
): AsyncGenerator<string> {
  yield* inPieces(source, wanted, '', (stream, exchange, time, type, id, data) =>
    JSON.stringify({
      stream: stream?.number,
      url: redactor.text(exchange.url),
      connection: exchange.number,
      time,
      type,
      id,
      data,
    }),
  );
}

/** Comma-separated values after RFC 4180, with a line of names. */
export async function* writeCsv(
  source: SessionSource,
  redactor: Redactor,
  wanted?: (exchange: Exchange, ordinal: number) => boolean,
): AsyncGenerator<string> {
  const head = 'stream,url,connection,time,type,id,data\r\n';
  yield* inPieces(source, wanted, head, (stream, exchange, time, type, id, data) =>
    [
      stream?.number ?? '',
      redactor.text(exchange.url),
      exchange.number,
      new Date(time).toISOString(),
      type,
      id,
      data,
    ]
      .map((value) => csvCell(String(value)))
      .join(',')
      .concat('\r'),
  );
}

async function* inPieces(
  source: SessionSource,
  wanted: ((exchange: Exchange, ordinal: number) => boolean) | undefined,
  head: string,
  line: (
    stream: Stream | undefined,
    exchange: Exchange,
    time: number,
    type: string,
    id: string,
    data: string,
  ) => string,
): AsyncGenerator<string> {
  let piece = head;
  for (const exchange of source.exchanges) {
    const stream = source.streams.find(({ id }) => id === exchange.stream);
    for await (const { ordinal, time, type, lastEventId, data } of eventsOf(source, exchange.id)) {
      if (wanted && !wanted(exchange, ordinal)) continue;
      piece += `${line(stream, exchange, time, type, lastEventId, data)}\n`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
  }
  yield piece;
}
