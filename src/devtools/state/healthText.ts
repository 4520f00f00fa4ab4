import type { Finding } from '../../shared/session/health/findings.ts';
import type { BackOff, Gap, GapCause } from '../../shared/session/health/gaps.ts';
import type { Heartbeat } from '../../shared/session/health/heartbeat.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';

export const CAUSE_TEXTS: Record<GapCause, string> = {
  end: 'The server ended the response',
  network: 'The network failed',
  status: 'The server answered with a status that ends a stream',
  type: 'The answer was no event stream',
  page: 'The page closed it',
  unload: 'The page went away',
  frozen: 'The browser froze the page',
  lost: 'The connection was lost; an end and a failure cannot be told apart here',
};

/** What is wrong, why it matters, and what helps. */
export function findingText(finding: Finding): { title: string; text: string; fix: string } {
  switch (finding.kind) {
    case 'buffered':
      return {
        title: 'Delivered in lumps: something between server and client buffers the stream',
        text: `${formatCount(finding.lumps)} times many events came at once after a pause${
          finding.size ? `, about ${formatBytes(finding.size)} each` : ''
        }, cut where a buffer was full and not where a block ends. They lay in it for about ${formatDuration(finding.pause)}.`,
        fix: 'Send the header X-Accel-Buffering: no, or set “proxy_buffering off;” in the proxy for this path.',
      };
    case 'compressed':
      return {
        title: `Compressed (${finding.encoding})`,
        text: 'A compressor holds bytes back until it has enough of them, unless it is flushed after each event.',
        fix: 'Leave text/event-stream out of compression (nginx: not in gzip_types; Express: compression({ filter })), or send Cache-Control: no-transform.',
      };
    case 'cutWhenSilent':
      return {
        title: `Cut after ${formatDuration(finding.after)} of silence`,
        text: finding.certain
          ? `${finding.exchanges.length} connections broke off after the same time without a byte: an idle time-out on the way.`
          : 'The connection broke off after a time without a byte that is a common time-out.',
        fix: 'Send a comment (a line with a colon) more often than that, or raise the time-out (nginx: proxy_read_timeout).',
      };
    case 'unheard':
      return {
        title: 'Events that the page does not listen to',
        text: finding.types.map(({ type, events }) => `${type}: ${formatCount(events)}`).join(', '),
        fix: 'Add a listener for the type by addEventListener. onmessage hears only events without a type, or of the type “message”.',
      };
  }
}

export function gapLength(gap: Gap, now: number): number {
  return (gap.to ?? now) - gap.from;
}

/** Events lost and repeated, in a few words. */
export function lossText({ lost, repeated }: Gap): string {
  if (lost === 'not provable' && repeated === 'not provable') return 'not provable';
  const parts: string[] = [];
  if (lost === 'not provable') parts.push('losses not provable');
  else parts.push(lost === 0 ? 'none lost' : `${formatCount(lost)} lost`);
  if (repeated !== 'not provable' && repeated > 0) parts.push(`${formatCount(repeated)} repeated`);
  return parts.join(', ');
}

export function backOffText({ kind, first, factor }: BackOff): string {
  return kind === 'constant'
    ? `constant, ${formatDuration(first)}`
    : `exponential from ${formatDuration(first)}, × ${factor.toFixed(1)} each time`;
}

export function heartbeatName({ by }: Heartbeat): string {
  return by.kind === 'comment' ? 'comments' : `events of type ${by.type}`;
}
