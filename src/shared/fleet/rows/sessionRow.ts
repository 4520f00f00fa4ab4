import type { ReadSession } from '../../file/har/readSession.ts';
import type { Redactor } from '../../file/source/redact.ts';
import type { Stream } from '../../session/types.ts';
import type { RowOf } from '../schema/column.ts';
import type { SESSIONS } from '../schema/sessionsTable.ts';
import type { STREAMS } from '../schema/streamsTable.ts';
import { SCHEMA_VERSION } from '../schema/tables.ts';
import { dayOf, moment } from './moment.ts';
import type { RecordingOptions } from './recordingOptions.ts';
import { hostOfStream, placed, type StreamPlace } from './streamPlace.ts';

/** What is counted over a recording. */
export interface RecordingCounts {
  records: number;
  events: number;
  bytes: number;
}

/** The row of a stream. */
export function streamRow(
  stream: Stream,
  place: StreamPlace,
  logical: string,
  redactor: Redactor,
): RowOf<typeof STREAMS> {
  return {
    ...placed(place, stream.openedAt),
    logical,
    number: stream.number,
    transport: stream.transport,
    method: stream.method,
    url: redactor.text(stream.url),
    document_url: redactor.text(stream.documentUrl),
    frame: stream.frame,
    opened_at: moment(stream.openedAt),
    opened_before_recording: stream.openedBeforeRecording,
    ended_by: stream.end ?? null,
    exchanges: stream.exchanges,
    records: stream.entries,
    events: stream.events,
    bytes: stream.bytes,
  };
}

/** The row of a recording. */
export function sessionRow(
  { session, streams, exchanges }: ReadSession,
  { id, file, release, redactor, keepsData }: RecordingOptions,
  counts: RecordingCounts,
): RowOf<typeof SESSIONS> {
  return {
    day: dayOf(session.startedAt),
    host: hostOfStream(session.url || (streams[0]?.url ?? '')),
    session: id,
    file,
    name: session.name ?? file,
    title: redactor.text(session.title),
    url: redactor.text(session.url),
    release,
    started_at: moment(session.startedAt),
    ended_at: moment(session.endedAt ?? session.startedAt),
    streams: streams.length,
    exchanges: exchanges.length,
    ...counts,
    lost: session.lost,
    note: session.note ?? null,
    has_data: keepsData,
    schema_version: SCHEMA_VERSION,
  };
}
