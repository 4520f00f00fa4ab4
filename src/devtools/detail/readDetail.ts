import { entryBytes } from '../../shared/segment/readSegment.ts';
import type { Exchange } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { PanelData } from '../data/panelData.ts';
import { entryText } from '../reading/entryText.ts';
import { type ReadRow, readRows } from '../reading/readRows.ts';
import { entryPlace } from '../reading/rows.ts';

/** An entry in full. */
export interface Detail {
  stream: string;
  /** Of the entry, with its headers. */
  exchange: Exchange | undefined;
  row: ReadRow;
  text: string;
  bytes: Uint8Array;
  json: { value: unknown } | undefined;
}

/** Reads an entry of the stream on show; undefined where it is not there (any more). */
export async function readDetail(data: PanelData, n: number): Promise<Detail | undefined> {
  const exchanges = data.exchanges.value;
  const [row] = await readRows(data.cache, exchanges, [n]);
  const place = entryPlace(exchanges, n);
  const segment = place && (await data.cache.ofEntry(place.exchange.id, place.ordinal));
  if (!row || !place || !segment) return undefined;
  const i = place.ordinal - segment.firstEntry;
  const source = (index: number) => data.cache.at(segment.exchange, index);
  const bytes = await entryBytes(segment, i, source);
  const text = await entryText(segment, i, row, source);
  const json = row.kind === EntryKind.event ? parseJson(text) : undefined;
  const exchange = (await data.readExchanges([place.exchange.id])).get(place.exchange.id);
  return { stream: place.exchange.stream, exchange, row, text, bytes, json };
}

/** Objects and arrays only: a number or a word reads better as text. */
function parseJson(text: string): { value: unknown } | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
