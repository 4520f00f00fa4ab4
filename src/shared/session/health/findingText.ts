import { formatBytes, formatCount, formatDuration } from '../format.ts';
import type { Finding } from './findings.ts';

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
