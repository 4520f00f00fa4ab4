import { formatDuration } from '../units/format.ts';
import { counted, type Sayings, times } from './saying.ts';

const by = (type: string) => (type === '' ? 'comments' : `events of type ${type}`);

/** Findings about connections that break off. */
export const BROKEN_OFF: Sayings<
  | 'cutWhenSilent'
  | 'cutByAge'
  | 'deadButOpen'
  | 'noHeartbeat'
  | 'heartbeatTooSlow'
  | 'clientGivesUp'
  | 'clientOffline'
  | 'serverGone'
  | 'closedOnError'
  | 'reopenedOnVisibility'
> = {
  cutWhenSilent: ({ after, connections, left }) => ({
    title: `Cut after ${formatDuration(after)} of silence`,
    why: 'An idle time-out on the way takes a quiet stream for a dead one. The client reconnects, and what was sent meanwhile may be lost.',
    how: `${
      connections === 1
        ? `The connection broke off ${formatDuration(after)} after its last byte, which is a common time-out.`
        : `${counted(connections, 'connection')} broke off after the same time without a byte, longer than any silence that one survived.`
    }${left === undefined ? '' : ` The newest connection is silent: it will be cut in ${formatDuration(left)}.`}`,
    otherwise:
      connections === 1
        ? 'A single break may have another reason.'
        : 'Comments that nobody saw may have come meanwhile: without the wire they cannot be seen.',
    fix: `Send a comment (a line “: keep-alive” and a blank line) more often than every ${formatDuration(after)}, or raise the time-out.`,
  }),
  cutByAge: ({ length, connections }) => ({
    title: `Cut after ${formatDuration(length)}, whether it is busy or not`,
    why: 'Something limits how long a whole response may take. A heartbeat does not help against it.',
    how: `${counted(connections, 'connection')} were over after ${formatDuration(length)}, while bytes flowed.`,
    fix: 'Lift the limit for this path, or keep it and make it seamless: an id with each event, and a short retry.',
  }),
  deadButOpen: ({ silence, period, missed, by: type }) => ({
    title: `Dead but open: nothing for ${formatDuration(silence)}, ${counted(missed, 'beat')} missed`,
    why: 'A half-open connection looks to the page like a quiet one: no error comes, and nothing is asked again.',
    how: `Until then ${by(type)} came every ${formatDuration(period)}.`,
    otherwise: 'The server may have nothing more to say: the rhythm was one of events.',
    fix: 'Watch for heartbeat events in the page, and open the stream anew when they stay away (comments are not visible to it). Behind a development proxy, close both sides when one of them goes.',
  }),
  noHeartbeat: ({ silence, open }) => ({
    title: `No heartbeat, and up to ${formatDuration(silence)} of silence`,
    why: 'Proxies cut connections that are silent, often after 60 s, and nobody notices a connection that has died.',
    how: `In ${formatDuration(open)} the longest time without a byte was ${formatDuration(silence)}, and no comment and no regular event came.`,
    fix: 'Send a comment line “: keep-alive” and a blank line every 15 s.',
  }),
  heartbeatTooSlow: ({ period, jitter, by: type }) => ({
    title: `The heartbeat is slow: every ${formatDuration(period)}`,
    why: `It has to beat the idle time-outs on the way: ${[55, 60, 100]
      .filter((s) => s * 1000 <= period + 3 * jitter + 1000)
      .map(
        (s) => ({ 55: '55 s at Heroku', 60: '60 s at nginx, Apache and AWS', 100: '100 s at Cloudflare' })[s],
      )
      .join(', ')
      .replace(/^$/, 'the shortest common ones are 30 s')}.`,
    how: `By ${by(type)}, every ${formatDuration(period)} ± ${formatDuration(jitter)}.`,
    fix: 'Send a comment line “: keep-alive” and a blank line every 15 s.',
  }),
  clientGivesUp: ({ after, times: count, period }) => ({
    title: `The client gives up after ${formatDuration(after)} of silence`,
    why: 'The client has a time-out of its own (event-source-polyfill: 45 s), which takes a quiet stream for a dead one and connects again.',
    how: `The page ended a connection ${formatDuration(after)} after its last byte, ${times(count)}, and asked again each time.${period === undefined ? '' : ` The heartbeat comes every ${formatDuration(period)}.`}`,
    fix: 'Send a heartbeat more often than that, or raise the client’s time-out (heartbeatTimeout).',
  }),
  clientOffline: ({ outages }) => ({
    title: 'The client was off line',
    why: 'It was the user’s network and not the server.',
    how: `${counted(outages, 'outage')} began when the browser said that it was off line.`,
    fix: 'Nothing has to change at the server. The stream should come back with its last event ID.',
  }),
  serverGone: ({ attempts, error, gaveUp }) => ({
    title: gaveUp
      ? 'The server could not be reached, and Firefox does not try again'
      : `The server cannot be reached: ${counted(attempts, 'attempt')} refused`,
    why: 'Chromium asks again for ever. Firefox gives up at the first refusal: after a deploy its users stay without the stream.',
    how: `${counted(attempts, 'attempt')} failed with ${error}.`,
    fix: 'Open the stream anew in the page when its readyState is CLOSED, and wait longer each time.',
  }),
  closedOnError: ({ after }) => ({
    title: 'The page closes the stream at the first error',
    why: 'The error event with readyState CONNECTING is how a browser says that it is reconnecting. Closing then ends the stream for good.',
    how: `close() was called ${formatDuration(after)} after the error, and the page did not open the stream again.`,
    fix: 'Leave the stream alone while readyState is CONNECTING, and open it anew only when it is CLOSED.',
  }),
  reopenedOnVisibility: ({ times: count, repeated }) => ({
    title: `Closed when the page is hidden, opened when it is shown${repeated > 0 ? `: ${counted(repeated, 'event')} came again` : ''}`,
    why: 'fetch-event-source does so by default. What was sent meanwhile is lost, or comes twice, unless the last event ID is handed over.',
    how: `${times(count)[0]!.toUpperCase()}${times(count).slice(1)}, right after the page was hidden and shown.`,
    fix: 'Keep the stream open (fetch-event-source: openWhenHidden: true), or hand the last event ID over in the address.',
  }),
};
