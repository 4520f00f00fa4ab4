import { harEntry, harLog } from '../../shared/file/har/harFields.ts';
import { maskSource } from '../../shared/file/mask/maskSource.ts';
import { parseMasks } from '../../shared/file/mask/parseMasks.ts';
import { createSecretCounter } from '../../shared/file/source/redact.ts';
import { eventsOf } from '../../shared/file/text/events.ts';
import type { Database } from '../../shared/store/open.ts';
import { exportSource } from './exportSource.ts';
import type { ExportPreview } from './messages.ts';

/** Events that are looked through for what the masks change. */
const MOST_EVENTS = 5000;
const MOST_SAMPLES = 3;
/** Characters of a sample, around its first difference. */
const SAMPLE = 120;

/**
 * What would be masked in a session: its secrets by name, and what masks change in the data of the first events.
 *
 * @throws when the session is gone, or nobody wants to know any more
 */
export async function previewExport(
  db: Database,
  session: string,
  streams: readonly string[] | undefined,
  text: string,
  signal: AbortSignal,
): Promise<ExportPreview> {
  const source = await exportSource(db, session, streams);
  const counter = createSecretCounter();
  harLog(source, counter, false);
  for (const exchange of source.exchanges) harEntry(source, exchange, counter);
  const preview: ExportPreview = { secrets: counter.found(), events: 0, masked: 0, samples: [] };
  const { masks } = parseMasks(text);
  if (masks.length === 0) return preview;
  const masked = maskSource(source, masks);
  for (const { id } of source.exchanges) {
    const after = eventsOf(masked, id);
    for await (const before of eventsOf(source, id)) {
      signal.throwIfAborted();
      const { value } = await after.next();
      preview.events++;
      if (value && value.data !== before.data) {
        preview.masked++;
        if (preview.samples.length < MOST_SAMPLES) preview.samples.push(sampleOf(before.data, value.data));
      }
      if (preview.events === MOST_EVENTS) return preview;
    }
  }
  return preview;
}

function sampleOf(before: string, after: string): { before: string; after: string } {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  const from = Math.max(0, at - SAMPLE / 3);
  const part = (text: string): string =>
    `${from > 0 ? '…' : ''}${text.slice(from, from + SAMPLE)}${text.length > from + SAMPLE ? '…' : ''}`;
  return { before: part(before), after: part(after) };
}
