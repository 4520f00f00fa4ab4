import { optional, required, table } from './column.ts';
import { PARTITION } from './shared.ts';

export const SESSIONS = table({
  name: 'sessions',
  about: 'One row for each recording. It is written last: a recording that has its row here is complete.',
  key: ['session'],
  order: ['host', 'day', 'session'],
  columns: {
    ...PARTITION,
    session: required.text('Id of the recording: the first 128 bits of the SHA-256 of its bytes, unpacked.'),
    file: required.text('Name of the file, without its folder.'),
    name: required.text('What the user called the session; otherwise the name of the file.'),
    title: required.text('Title of the page.'),
    url: required.text('Address of the page.'),
    release: required.word('The release that was named when the file was loaded; empty where none was.'),
    started_at: required.time('When recording began.'),
    ended_at: required.time('When it ended.'),
    streams: required.int('Streams in it.'),
    exchanges: required.int('Connections in it.'),
    records: required.long('Records in it.'),
    events: required.long('Events in it.'),
    bytes: required.long('Bytes of its streams.'),
    lost: required.long('Events or chunks that were seen and could not be kept.'),
    note: optional.text('What the user noted.'),
    has_data: required.bool('Data of events was loaded, and not only its size.'),
    schema_version: required.int('Version of these tables.'),
  },
});
