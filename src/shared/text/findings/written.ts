import { formatBytes, formatCount, formatDuration } from '../units/format.ts';
import { counted, type Sayings } from './saying.ts';

const FORMATS = {
  'openai-chat': 'finish_reason and [DONE]',
  'openai-responses': 'response.completed',
  anthropic: 'message_stop',
  gemini: 'finishReason',
} as const;

/** Findings about what is written into the stream, and about answers of models. */
export const WRITTEN: Sayings<
  | 'unheard'
  | 'eventNamedError'
  | 'withoutData'
  | 'linesWithoutData'
  | 'unterminated'
  | 'runTogether'
  | 'notUtf8'
  | 'splitCharacters'
  | 'crlf'
  | 'bom'
  | 'oversized'
  | 'tokenInUrl'
  | 'headersOfHttp1'
  | 'cacheControl'
  | 'answerTruncated'
  | 'errorInStream'
  | 'openAfterFinish'
> = {
  unheard: ({ types, nothingHeard }) => ({
    title: nothingHeard
      ? 'The page listens to none of the events'
      : 'Events that the page does not listen to',
    why: 'onmessage hears only events without a type, or of the type “message”.',
    how: types.map(({ type, events }) => `${type}: ${formatCount(events)}`).join(', '),
    fix: 'Add a listener for the type by addEventListener, or leave the event field out.',
  }),
  eventNamedError: ({ type, events }) => ({
    title: `Events of the type ${type} reach the listeners of the connection’s own ${type}`,
    why: 'An EventSource fires events of that name by itself. A page cannot easily tell them apart, and may close the stream.',
    how: `${counted(events, 'event')} of the type ${type} came. The connection is fine.`,
    fix: 'Give the event another name; or look at event.data, which the connection’s own event does not have.',
  }),
  withoutData: ({ blocks }) => ({
    title: `${counted(blocks, 'block')} with a type and without data ${blocks === 1 ? 'is' : 'are'} dropped`,
    why: '“If the data buffer is an empty string […] return”: a client dispatches nothing.',
    how: `${counted(blocks, 'block')} had an event field and no data field.`,
    fix: 'Send data with it, if only data: {}.',
  }),
  linesWithoutData: ({ lines }) => ({
    title: `${counted(lines, 'line')} without “data:” ${lines === 1 ? 'is' : 'are'} ignored`,
    why: 'A line is a field of its own. The page gets the first line of the data, or nothing.',
    how: `${counted(lines, 'line')} began as JSON does, or with white space.`,
    fix: 'Write “data: ” before every line, or the JSON on one line; send errors as events.',
  }),
  unterminated: ({ bytes, type }) => ({
    title: 'The last event is dropped: its blank line is missing',
    why: 'A client dispatches an event at the blank line. What is unfinished at the end is thrown away.',
    how: `The response ended normally in the middle of an event of type ${type}, with ${formatBytes(bytes)} of data.`,
    fix: 'End every event with a blank line, the last one too: \\n\\n.',
  }),
  runTogether: ({ type, events }) => ({
    title: `${counted(events, 'event')} of type ${type} ran together with ${events === 1 ? 'its' : 'their'} neighbours`,
    why: 'Without the blank line two events become one, whose data is no JSON any more.',
    how: 'Nearly all data of the type is JSON. These have several data lines, each of which is JSON by itself.',
    fix: 'End every event with a blank line: \\n\\n.',
  }),
  notUtf8: ({ count }) => ({
    title: 'The stream is not UTF-8',
    why: 'Event streams are always UTF-8. Other bytes become U+FFFD, and the text is damaged.',
    how: `${counted(count, 'line')} had bytes that are not UTF-8, or the replacement character.`,
    otherwise: 'The server may have sent the replacement character itself: the bytes are not known.',
    fix: 'Encode the data as UTF-8, and cut texts between characters, not between bytes.',
  }),
  splitCharacters: ({ chunks }) => ({
    title: 'Chunks end in the middle of characters',
    why: 'A decoder that is made for each chunk damages them.',
    how: `${counted(chunks, 'chunk')} ended inside a character.`,
    fix: 'Read through a TextDecoderStream, or call decode(chunk, { stream: true }) on one decoder.',
  }),
  crlf: () => ({
    title: 'Lines end with CR',
    why: 'The standard allows it. Code that splits the stream at two LF finds no event.',
    how: 'Lines of this stream end with CR LF or CR.',
    fix: 'Read the stream with a parser of event streams (eventsource-parser).',
  }),
  bom: ({ count }) => ({
    title: 'A byte order mark stands inside the stream',
    why: 'It becomes part of the name of a field, and the line is ignored.',
    how: `${counted(count, 'byte order mark')} stood elsewhere than at the start.`,
    fix: 'Write texts without a byte order mark.',
  }),
  oversized: ({ largest, count, perSecond }) => ({
    title: `Events of up to ${formatBytes(largest)}`,
    why: 'Proxies and clients limit the length of a line (64 KiB to 1 MiB), and the page parses all of it each time.',
    how: `${counted(count, 'event')} had 256 KiB of data or more${perSecond > 0 ? `, ${formatBytes(perSecond)} a second` : ''}.`,
    fix: 'Send what has changed, or an ID by which the page fetches the rest.',
  }),
  tokenInUrl: ({ name }) => ({
    title: name === '' ? 'A token stands in the address' : `A secret stands in the address (${name})`,
    why: 'Addresses are written into the logs of servers and proxies, and into files like this one.',
    how: name === '' ? 'The path contains a JSON Web Token.' : `The parameter ${name} has a long value.`,
    fix: 'Use a cookie, a ticket that is good for one request, or fetch with a header.',
  }),
  headersOfHttp1: ({ headers, protocol }) => ({
    title: `${headers.join(', ')} over ${protocol}`,
    why: 'Headers of the connection are forbidden over HTTP/2. Safari drops such a response.',
    how: `The response has ${headers.join(', ')}, and came over ${protocol}.`,
    fix: 'Leave them out: the server or proxy sets them by itself where they belong.',
  }),
  cacheControl: ({ missing }) => ({
    title: `Cache-Control has no ${missing.join(', no ')}`,
    why: missing.includes('no-cache')
      ? 'Caches on the way may keep the stream.'
      : 'A proxy on the way may compress the stream, and hold it back by that.',
    how: 'The response header says so.',
    fix: `Send Cache-Control: ${missing.includes('no-cache') ? 'no-store' : 'no-cache'}${missing.includes('no-transform') ? ', no-transform' : ''}.`,
  }),
  answerTruncated: ({ format, events }) => ({
    title: 'The answer of the model is cut off',
    why: 'The response ended normally, so that a client takes the part for the whole.',
    how: `${counted(events, 'event')} came, and none with ${FORMATS[format]}.`,
    fix: 'Treat an end without it as a failure in the client, and look for a time-out or a crash at the server.',
  }),
  errorInStream: ({ message }) => ({
    title: `The stream tells of an error${message ? `: ${message}` : ''}`,
    why: 'The status was 200. A client that looks at the status alone takes what came for the answer.',
    how: 'An event says so in its type or its data.',
    fix: 'Handle such events in the client as a failure.',
  }),
  openAfterFinish: ({ silence }) => ({
    title: `Open for ${formatDuration(silence)} after the answer was finished`,
    why: 'A client that waits for the end of the response waits in vain, and the connection is taken.',
    how: `The answer has its end, and nothing has come for ${formatDuration(silence)} since.`,
    fix: 'End the response after the last event; let the client stop at it.',
  }),
};
