import type { Stream } from '../../session/types.ts';
import type { FileBytes } from '../source/fileBytes.ts';
import { FileError } from '../source/fileError.ts';
import { fieldsOf, listOf, numberOr, textOr } from '../source/untrusted.ts';
import { exchangeOf } from './harExchange.ts';
import { FILE_VERSION } from './harFields.ts';
import { marksOf } from './harMarks.ts';
import { sessionOf } from './harSession.ts';
import { streamOf } from './harStream.ts';
import type { ReadExchange, ReadSession } from './readSession.ts';
import { MOST_EXCHANGES, type ScannedEntries, scanEntries } from './scanEntries.ts';

/**
 * Reads the event streams of a HAR file: ours with all that is under `_sse`, others' as far as they go. Their bytes stay
 * in the file until they are asked for.
 *
 * @param id - of the new session
 * @param salvage - where the file breaks off or goes wrong, what is before that is read
 * @param progress - takes how much of the file has been looked at, bytes; may throw to end it
 * @throws {FileError} when it is no HAR file, is of a later version, or has no event stream in it
 */
export async function readHar(
  file: FileBytes,
  id: string,
  name: string,
  salvage: boolean,
  progress: (bytes: number) => void,
): Promise<ReadSession> {
  const { json, entries, all, found } = await scanOrSay(file, salvage, progress);
  const { log: given } = fieldsOf(json);
  const log = fieldsOf(given);
  if (all === 0 && !('entries' in log))
    throw new FileError('This is JSON, but no HAR file: it has no “log.entries”.');
  const own = fieldsOf(log._sse);
  const version = numberOr(own.version, 0);
  if (version > FILE_VERSION) {
    throw new FileError(
      `This file was written by a later version of SSE Scope (its format is ${version}, this one reads up to ${FILE_VERSION}).`,
    );
  }
  const notes: string[] = [];
  if (salvage) notes.push('This file is damaged, or cut off: what is before that was read.');
  if (entries.length === 0) {
    throw new FileError(
      `There is no event stream in this file: none of its ${all} requests was answered by text/event-stream.`,
    );
  }
  if (found > MOST_EXCHANGES) notes.push(`Only the first ${MOST_EXCHANGES} of ${found} exchanges were read.`);
  const page = fieldsOf(listOf(log.pages)[0]);
  const ownStreams = new Map(listOf(own.streams).map((one) => [fieldsOf(one).id, fieldsOf(one)]));
  const streams: Stream[] = [];
  const byOwnId = new Map<unknown, Stream>();
  const exchanges: ReadExchange[] = [];
  for (const [i, entry] of entries.entries()) {
    const extra = fieldsOf(entry._sse);
    let stream = extra.stream === undefined ? undefined : byOwnId.get(extra.stream);
    if (!stream) {
      stream = streamOf(entry, ownStreams.get(extra.stream), id, streams.length + 1, textOr(page.title, ''));
      streams.push(stream);
      if (extra.stream !== undefined) byOwnId.set(extra.stream, stream);
    } else stream.exchanges++;
    exchanges.push(exchangeOf(file, entry, extra, stream, i, notes));
  }
  const session = sessionOf(own, page, id, name, exchanges, streams.length);
  const marks = marksOf(own.marks, id, byOwnId);
  return { session, streams, exchanges, marks, notes };
}

/** A file that is damaged says how many streams are before the damage. */
async function scanOrSay(
  file: FileBytes,
  salvage: boolean,
  progress: (bytes: number) => void,
): Promise<ScannedEntries> {
  try {
    return await scanEntries(file, salvage, progress);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new FileError(error.message, (await scanEntries(file, true, progress)).found);
  }
}
