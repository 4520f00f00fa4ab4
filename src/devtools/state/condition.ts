import { formatCount, formatDuration } from '../../shared/session/format.ts';
import type { Exchange, Stream } from '../../shared/session/types.ts';
import { failureOf, type Lane } from './lanes.ts';

/** How a logical stream is, at a glance: the worst of what there is to say, in two or three words. */
export interface Condition {
  tone: 'good' | 'warn' | 'bad';
  /** '' when all is well. */
  text: string;
  /** The same as a sentence. */
  title: string;
}

const WELL: Condition = { tone: 'good', text: '', title: '' };

/**
 * @param lane - its states
 * @param exchanges - of all its streams, in the order of their requests
 */
export function conditionOf(lane: Lane, exchanges: readonly Exchange[], live: boolean): Condition {
  const stream: Stream = lane.streams.at(-1)!;
  const last = exchanges.at(-1);
  const silence = lane.spans.find((span) => span.kind === 'stall' && span.lasts);
  const broken = lane.spans.find((span) => span.kind === 'gap' && span.lasts);
  if (broken) {
    const attempts = lane.points.filter(({ kind, at }) => kind === 'reconnect' && at >= broken.from).length;
    const length = formatDuration(broken.to - broken.from);
    return {
      tone: 'bad',
      text: `down ${length}`,
      title: `No connection for ${length}${attempts > 0 ? `, after ${formatCount(attempts)} attempts` : ''}.`,
    };
  }
  if (silence) {
    const length = formatDuration(silence.to - silence.from);
    return {
      tone: 'bad',
      text: `silent ${length}`,
      title: `Open, and silent for ${length}: longer than usual for this stream.`,
    };
  }
  const failure = last && stream.state === 'ended' ? failureOf(last) : '';
  if (failure) return { tone: 'bad', text: failure, title: `Ended by a failure: ${failure}.` };
  if (live && stream.state === 'connecting' && last && Date.now() - last.startedAt > 2000) {
    return { tone: 'warn', text: 'waits', title: 'Has been waiting for an answer for over two seconds.' };
  }
  const gaps = lane.spans.filter(({ kind }) => kind === 'gap');
  const stalls = lane.spans.filter(({ kind }) => kind === 'stall');
  if (gaps.length > 0) return counted(gaps, 'gap', 'Times without a connection');
  if (stalls.length > 0) return counted(stalls, 'stall', 'Times of unusual silence');
  return WELL;
}

function counted(spans: Lane['spans'], word: string, title: string): Condition {
  const longest = Math.max(...spans.map(({ from, to }) => to - from));
  return {
    tone: 'warn',
    text: `${formatCount(spans.length)} ${word}${spans.length === 1 ? '' : 's'}`,
    title: `${title}: ${formatCount(spans.length)}, the longest ${formatDuration(longest)}.`,
  };
}
