import { writeHar } from '../../shared/file/har/writeHar.ts';
import { maskSource } from '../../shared/file/mask/maskSource.ts';
import { parseMasks } from '../../shared/file/mask/parseMasks.ts';
import type { SessionSource } from '../../shared/file/source/sessionSource.ts';
import { writeBytes, writeCsv, writeNdjson } from '../../shared/file/text/writeEvents.ts';
import type { Exchange } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { recordsAsNdjson, recordsAsParquet } from './exportRecords.ts';
import { exportSource, redactorOf } from './exportSource.ts';
import type { ExportQuestion } from './messages.ts';

const TYPES: Record<ExportQuestion['format'], string> = {
  har: 'application/json',
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
};
/** How often each format goes through the bytes. */
const PASSES: Record<ExportQuestion['format'], number> = { har: 5, sse: 1, ndjson: 1, csv: 1, parquet: 1 };
/** Pieces become a blob from so many bytes on: what is in a blob is the browser's to keep, on disk where it is much. */
const BLOB_SIZE = 1 << 20;

/**
 * Writes a session, or a part of it, into a blob, without ever holding the whole in memory.
 *
 * @param progress - takes the part that is done, in thousandths
 * @throws when the session is gone, or nobody wants the file any more
 */
export async function exportSession(
  db: Database,
  { session: id, format, streams: wanted, ordinals, secrets, version }: ExportQuestion,
  progress: (thousandths: Uint32Array) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const stored = await exportSource(db, id, wanted);
  let bytes = 0;
  for (const exchange of stored.exchanges) bytes += exchange.bytes;
  const total = Math.max(1, bytes * PASSES[format]);
  let seen = 0;
  let told = 0;
  const { masks } = parseMasks(secrets.masks);
  const counted: SessionSource = {
    ...stored,
    async *segments(exchange) {
      for await (const segment of stored.segments(exchange)) {
        signal.throwIfAborted();
        seen += segment.bytes.length;
        const now = Math.min(1000, Math.floor((seen / total) * 1000));
        if (now > told) progress(Uint32Array.of(now));
        told = Math.max(told, now);
        yield segment;
      }
    },
  };
  const source = maskSource(counted, masks);
  const redactor = redactorOf(secrets);
  const chosen = ordinals && new Set(ordinals);
  const isChosen =
    chosen && ((exchange: Exchange, ordinal: number) => chosen.has(exchange.firstEntry + ordinal));
  const pieces = {
    har: () => writeHar(source, redactor, version, masks.length > 0),
    sse: () => writeBytes(source),
    // Rows on show may be of any kind; all of a stream are its events.
    ndjson: () => (isChosen ? recordsAsNdjson(source, isChosen, redactor) : writeNdjson(source, redactor)),
    csv: () => writeCsv(source, redactor, isChosen),
    parquet: () => recordsAsParquet(source, isChosen),
  }[format]();

  const blobs: Blob[] = [];
  let parts: BlobPart[] = [];
  let size = 0;
  const type = TYPES[format];
  for await (const piece of pieces as AsyncIterable<string | Uint8Array<ArrayBuffer>>) {
    signal.throwIfAborted();
    parts.push(piece);
    size += piece.length;
    if (size < BLOB_SIZE) continue;
    blobs.push(new Blob(parts));
    parts = [];
    size = 0;
  }
  return new Blob([...blobs, ...parts], { type });
}
