import { formatBytes, formatDuration } from '../units/format.ts';
import { counted, type Sayings, times } from './saying.ts';

/** Findings about reconnections and what they lose or repeat. */
export const COMING_BACK: Sayings<
  | 'endlessRerequest'
  | 'reconnectStorm'
  | 'retryTooLong'
  | 'retryTooShort'
  | 'retryInvalid'
  | 'noBackOff'
  | 'duplicateStreams'
  | 'noIds'
  | 'lastIdNotSent'
  | 'idIgnored'
  | 'idsRestart'
  | 'eventsLost'
  | 'nulInId'
> = {
  endlessRerequest: ({ connections, period, bytes, by, type }) => ({
    title: `Asked again for ever: the finished stream is requested every ${formatDuration(period)}`,
    why: 'An EventSource reconnects after a normal end. It does not know that the stream was finished.',
    how: `The server ended ${counted(connections, 'connection')}, each ${by === 'closing' ? `after an event that says so (${type})` : 'with the same events as before'}; ${formatBytes(bytes)} came for nothing.`,
    fix: 'Call close() when the last event comes, or answer the next request with 204.',
  }),
  reconnectStorm: ({ connections, within, retry }) => ({
    title: `Reconnect storm: ${counted(connections, 'connection')} in ${formatDuration(within)}`,
    why: 'Each of them costs the server a request, and a page with many users takes it down.',
    how: `${counted(connections, 'connection')} were made within ${formatDuration(within)}${retry === undefined ? '' : `; the server sent retry: ${retry}`}.`,
    fix: 'Do not end the response after each event. Send retry: 3000, refuse what is too much with 503 or 204, and wait longer each time in a client of your own.',
  }),
  retryTooLong: ({ retry, down }) => ({
    title: `retry: ${retry} makes clients wait ${formatDuration(retry)}`,
    why: `After a break the client does not ask again before that.${down ? ' The stream is down because of it.' : ''}`,
    how: `The server sent retry: ${retry}.`,
    fix: 'Send retry: 3000. The value is in milliseconds.',
  }),
  retryTooShort: ({ retry }) => ({
    title: `retry: ${retry} makes clients come back at once`,
    why: 'After a break all clients ask again at the same time. Chromium obeys even 0; Firefox waits 500 ms at least.',
    how: `The server sent retry: ${retry}.`,
    fix: 'Send retry: 3000. The value is in milliseconds.',
  }),
  retryInvalid: ({ count }) => ({
    title: 'A retry field is not a number, and is ignored',
    why: 'The client goes on with its own reconnection time.',
    how: `${counted(count, 'retry field')} had other characters than digits.`,
    fix: 'Send digits only, in milliseconds: retry: 3000.',
  }),
  noBackOff: ({ attempts, wait }) => ({
    title: `The page asks again every ${formatDuration(wait)} without backing off`,
    why: 'While the server is down, all of its clients ask at that rate, and again when it comes back.',
    how: `${counted(attempts, 'attempt')} failed one after the other, with equal waits between them.`,
    fix: 'Wait longer each time, with a random part, and obey Retry-After.',
  }),
  duplicateStreams: ({ together, apart }) => ({
    title: 'The same stream is open twice',
    why: 'Every event comes, and is handled, twice. It costs two of the six connections to the host.',
    how: `One line of code opened the same address twice, ${formatDuration(apart)} apart, and both have been open for ${formatDuration(together)}.`,
    fix: 'Close the stream in the clean-up of the effect that opens it (React runs effects twice in development), or share one.',
  }),
  noIds: ({ gaps, longest }) => ({
    title: 'Events have no IDs: what a reconnection loses is lost',
    why: 'Without IDs the server cannot tell where the client stopped. What was sent meanwhile is lost, or comes twice.',
    how: `The stream was without a connection ${times(gaps)}, for up to ${formatDuration(longest)}, and no event had an id.`,
    fix: 'Send an id with each event, keep the last minutes, and go on after Last-Event-ID.',
  }),
  lastIdNotSent: ({ lastId, times: count }) => ({
    title: 'The last event ID was not handed over to the new stream',
    why: 'A new EventSource knows nothing of the one before. The server begins anew, and events are lost or come twice.',
    how: `The last ID was ${lastId}; the request of the next stream had it neither as Last-Event-ID nor in its address (${times(count)}).`,
    fix: 'Pass the last ID in the address of the new stream, or let the same EventSource reconnect.',
  }),
  idIgnored: ({ sent, repeated, times: count }) => ({
    title: `Last-Event-ID is ignored: ${counted(repeated, 'event')} came again`,
    why: 'The client said where it stopped, and the server began anew. The page handles events twice.',
    how: `The request had Last-Event-ID: ${sent}, and events with the same IDs and the same data followed (${times(count)}).`,
    fix: 'Read the header Last-Event-ID, and go on after it.',
  }),
  idsRestart: ({ before, after, times: count }) => ({
    title: `The IDs began again: ${before} before, ${after} after`,
    why: 'The server has a new count, so that Last-Event-ID means nothing to it. Whether events were lost cannot be told.',
    how: `After the reconnection the IDs were lower, with other data (${times(count)}): nothing came twice.`,
    otherwise: 'The stream was open before recording: the events may have come before.',
    fix: 'Put an epoch into the ID (boot-17), and answer an ID of another epoch with a snapshot.',
  }),
  eventsLost: ({ lost, before, after, times: count }) => ({
    title: `${counted(lost, 'event')} ${lost === 1 ? 'was' : 'were'} lost in reconnections`,
    why: 'The page never got them, and nothing tells it so.',
    how: `The IDs count up by one, and leave a hole between ${before} and ${after} (${times(count)}).`,
    fix: 'Keep the events of the last minutes, and send what came after Last-Event-ID.',
  }),
  nulInId: ({ count, dropped }) => ({
    title: dropped ? 'Firefox drops events whose id contains NULL' : 'An id contains NULL, and is ignored',
    why: dropped
      ? 'The standard says to ignore the id alone; Firefox drops the whole event: the page has not got it.'
      : 'The last event ID stays what it was before. Firefox drops the whole event.',
    how: `${counted(count, 'id')} contained U+0000.`,
    fix: 'Leave U+0000 out of IDs.',
  }),
};
