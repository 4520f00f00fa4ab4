import { formatOf } from '../../formats/formatOf.ts';
import { headerOf } from '../../session/headerOf.ts';
import type { Plan } from '../json/plan.ts';
import { scanJson } from '../json/scan.ts';
import type { FileBytes } from '../source/fileBytes.ts';
import { type Fields, fieldsOf, headersOf, textOr } from '../source/untrusted.ts';
import { countAt } from './countAt.ts';

/** More exchanges are not read. */
export const MOST_EXCHANGES = 100_000;

/** What of a HAR file is in memory: streams stay where they are. */
const ENTRY: Plan = {
  fields: {
    request: { fields: { postData: 'skip' }, others: 'keep' },
    response: { fields: { content: { fields: { text: 'place' }, others: 'keep' } }, others: 'keep' },
    _eventSourceMessages: 'place',
    _sse: { fields: { chunks: 'place', entries: 'skip' }, others: 'keep' },
    _webSocketMessages: 'skip',
    _initiator: 'skip',
  },
  others: 'keep',
};

/** What a HAR file holds. */
export interface ScannedEntries {
  /** The file without its entries. */
  json: unknown;
  /** Those that are streams, at most as many as are read. */
  entries: Fields[];
  /** How many there are of any kind, and of streams. */
  all: number;
  found: number;
}

/**
 * Goes through a HAR file once, and keeps its event streams: their texts stay where they are.
 *
 * @param salvage - where the file breaks off or goes wrong, what is before that is read
 * @param seen - takes how much of the file has been looked at, bytes; may throw to end it
 */
export async function scanEntries(
  file: FileBytes,
  salvage: boolean,
  seen: (bytes: number) => void,
): Promise<ScannedEntries> {
  const entries: Fields[] = [];
  let all = 0;
  let found = 0;
  const take = (value: unknown): boolean => {
    all++;
    const entry = fieldsOf(value);
    const wanted = isStream(entry) && ++found <= MOST_EXCHANGES;
    if (wanted) entries.push(entry);
    return wanted;
  };
  const log: Plan = {
    fields: { entries: { each: ENTRY, take }, _sse: 'keep', pages: 'keep' },
    others: 'skip',
  };
  const json = await scanJson(file, { fields: { log }, others: 'skip' }, { salvage, seen });
  return { json, entries, all, found };
}

function isStream(entry: Fields): boolean {
  const response = fieldsOf(entry.response);
  const type =
    headerOf(headersOf(response.headers), 'content-type') ?? textOr(fieldsOf(response.content).mimeType, '');
  return (
    formatOf(type) !== undefined ||
    entry._sse !== undefined ||
    entry._resourceType === 'eventsource' ||
    countAt(entry._eventSourceMessages) > 0
  );
}
