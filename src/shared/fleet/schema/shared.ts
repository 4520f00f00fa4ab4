import { required } from './column.ts';

/** Every table has these two: files are partitioned by them. */
export const PARTITION = {
  day: required.date('The UTC day on which it began. A partition.'),
  host: required.word('Host and port of the address; of a session, of its page. A partition.'),
};

/** Which recording and stream a row belongs to, and under what it is counted. */
export const PLACE = {
  session: required.text('The recording: `sessions.session`.'),
  stream: required.text('The stream: `streams.stream`.'),
  endpoint: required.word(
    'Method, host and path of the stream, with numbers and ids in the path written as `:id`; no query.',
  ),
  release: required.word('The release that was named when the file was loaded; empty where none was.'),
};
