import type { EndCause, Stream } from '../../shared/session/types.ts';

export type Tone = 'good' | 'waiting' | 'bad' | 'over';

const ENDS: Record<EndCause, { text: string; tone: Tone }> = {
  end: { text: 'Ended by the server', tone: 'over' },
  error: { text: 'Failed', tone: 'bad' },
  disconnect: { text: 'Connection lost', tone: 'bad' },
  close: { text: 'Closed by the page', tone: 'over' },
  abort: { text: 'Aborted by the page', tone: 'over' },
  cancel: { text: 'Cancelled by the page', tone: 'over' },
  unload: { text: 'Ended with the page', tone: 'over' },
};

/** Where a stream stands, in words and as a tone of colour. */
export function streamStateText(stream: Stream, sessionEnded: boolean): { text: string; tone: Tone } {
  if (stream.state === 'ended') return stream.end ? ENDS[stream.end] : { text: 'Ended', tone: 'over' };
  if (sessionEnded) return { text: 'Was live when recording stopped', tone: 'over' };
  switch (stream.state) {
    case 'connecting':
      return { text: 'Connecting', tone: 'waiting' };
    case 'reconnecting':
      return { text: `Reconnecting (connection ${stream.exchanges})`, tone: 'waiting' };
    case 'open':
      return { text: 'Open', tone: 'good' };
  }
}
