import { formatBytes, formatDuration } from '../units/format.ts';
import { counted, type Sayings } from './saying.ts';

/** Findings about events that come late. */
export const LATE: Sayings<
  | 'buffered'
  | 'compressed'
  | 'compressedHeld'
  | 'noAnswer'
  | 'lateHeaders'
  | 'deliveredAtOnce'
  | 'deliveredByTimer'
  | 'lateBlankLine'
  | 'ownTimesLate'
> = {
  buffered: ({ lumps, size, pause }) => ({
    title: `Delivered in lumps every ${formatDuration(pause)}: something between server and client buffers the stream`,
    why: 'Every event is late by as long as the buffer takes to fill. A quiet stream shows nothing at all.',
    how: `${counted(lumps, 'lump')}${size ? ` of about ${formatBytes(size)}` : ''} came after pauses of about ${formatDuration(pause)}, cut where a buffer was full and not where a block ends.`,
    fix: 'Turn buffering off for this path in the proxy, or send the response header X-Accel-Buffering: no, which nginx obeys (and takes out).',
  }),
  compressed: ({ encoding, events }) => ({
    title: `Compressed (${encoding}), and flushed after each event`,
    why: 'Nothing is wrong: the compressor hands over each event at once. It costs memory for each connection.',
    how: `The response has Content-Encoding: ${encoding}, and its ${counted(events, 'event')} came without being held back.`,
    fix: 'Nothing has to change.',
  }),
  compressedHeld: ({ encoding, silence, lumps, pause }) => ({
    title:
      silence === undefined
        ? `The compressor (${encoding}) holds events back for about ${formatDuration(pause)}`
        : `Compressed (${encoding}), and no event for ${formatDuration(silence)}`,
    why: 'A compressor collects bytes until it has enough of them, unless it is flushed after each event. The page waits meanwhile, and onopen has fired all the same.',
    how:
      silence === undefined
        ? `The response has Content-Encoding: ${encoding}, and ${counted(lumps, 'lump')} came after pauses of about ${formatDuration(pause)}.`
        : `The response has Content-Encoding: ${encoding}, and nothing has come for ${formatDuration(silence)} after its headers.`,
    otherwise:
      silence === undefined
        ? 'A buffer of a proxy behind the compressor looks the same.'
        : 'A server that has nothing to say yet looks the same.',
    fix: 'Leave text/event-stream out of compression, or flush the compressor after each event.',
  }),
  noAnswer: ({ waited, method }) => ({
    title: `No answer for ${formatDuration(waited)}`,
    why: 'A proxy or a compressor that holds a response back holds its headers too. The page cannot tell that the stream is open, and gets no error.',
    how: `The ${method} request was sent ${formatDuration(waited)} ago; it has no status and has not failed.`,
    fix: 'Ask the server itself, without the proxy (curl -N). If it answers at once, the proxy holds the answer back; if not, flush the headers before the first event.',
  }),
  lateHeaders: ({ after, connections }) => ({
    title: `The headers came after ${formatDuration(after)}, with the first byte`,
    why: 'onopen fires with the first event, so that an idle stream looks as if it never connected. Time-outs for the first byte cut it before.',
    how: `${counted(connections, 'connection')} ${connections === 1 ? 'was' : 'were'} answered late, and the first byte came within 50 ms of the headers: they were sent together.`,
    otherwise: 'A server that is slow to answer for another reason looks the same.',
    fix: 'Send the headers at once, or write a comment (: connected) before the first event.',
  }),
  deliveredAtOnce: ({ events, within, after }) => ({
    title: `${counted(events, 'event')} and the end came within ${formatDuration(within)}, after ${formatDuration(after)}`,
    why: 'It was no stream: somebody collected the whole response and sent it at its end. The page shows nothing until then.',
    how: `The first byte came ${formatDuration(after)} after the request, and the last one ${formatDuration(within)} later.`,
    otherwise: 'A server that needs that long for its first event, and then no time, looks the same.',
    fix: 'Flush after each event, and leave the stream out of buffering, compression and middleware that needs whole responses (ETag, Content-Length).',
  }),
  deliveredByTimer: ({ period, bursts, eventsPerBurst, proven }) => ({
    title: `Delivered by a timer, every ${formatDuration(period)}`,
    why: 'A proxy that flushes at intervals adds up to one interval to every event.',
    how: `${counted(bursts, 'burst')} of ${Math.round(eventsPerBurst)} events on average came ${formatDuration(period)} apart${proven ? ', and the times in their data spread over the interval' : ''}.`,
    otherwise: 'A server may send like that on purpose.',
    fix: 'Let the proxy flush at once (Go ReverseProxy: FlushInterval: -1), and send exactly Content-Type: text/event-stream, by which many proxies know a stream.',
  }),
  lateBlankLine: ({ delay, events }) => ({
    title: `Each event is one late: its blank line comes with the next event, ${formatDuration(delay)} later`,
    why: 'A client dispatches an event when the blank line comes. Each one shows up when the next one is sent; the last one never.',
    how: `${counted(events, 'event')} had all of their data ${formatDuration(delay)} (median) before the blank line, which came together with the next block.`,
    fix: 'Write the blank line with the event: data: …\\n\\n, and then flush.',
  }),
  ownTimesLate: ({ delay, events }) => ({
    title: `Events are up to ${formatDuration(delay)} old when they are sent`,
    why: 'Nothing on the way holds them back: they are late before they reach the server’s response.',
    how: `${counted(events, 'event')} tell when they were made. One in twenty came ${formatDuration(delay)} or more later than the quickest, and no lump or timer explains it.`,
    otherwise: 'The time in the data may be that of something older.',
    fix: 'Look before the response: queues, polling of a database, a busy event loop.',
  }),
};
