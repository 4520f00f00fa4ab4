import { elapsed } from '../../../shared/session/clockJumps.ts';
import type { ExchangeOutline } from '../../../shared/session/exchangeOutline.ts';
import { outcomeOf } from '../../../shared/session/outcome.ts';
import { sayOutcome } from '../../../shared/text/sayOutcome.ts';
import { formatCount, formatDuration } from '../../../shared/text/units/format.ts';
import type { Lane } from './lane.ts';

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
 * @param last - the last exchange of its last stream
 * @param now - ms since the epoch
 */
export function conditionOf(
  lane: Lane,
  last: ExchangeOutline | undefined,
  live: boolean,
  now: number,
): Condition {
  const stream = lane.streams.at(-1)!;
  const lasting = (kind: 'stall' | 'gap') =>
    lane.present.find((span) => span.kind === kind && span.to === undefined);
  const broken = lasting('gap');
  if (broken) {
    const length = roughly(elapsed(broken.from, now, lane.jumps));
    const { attempts } = lane;
    return {
      tone: 'bad',
      text: `down ${length}`,
      title: `No connection for ${length}${attempts > 0 ? `, after ${formatCount(attempts)} attempts` : ''}.`,
    };
  }
  const silence = lasting('stall');
  if (silence) {
    const length = roughly(elapsed(silence.from, now, lane.jumps));
    return {
      tone: 'bad',
      text: `silent ${length}`,
      title: `Open, and silent for ${length}: longer than usual for this stream.`,
    };
  }
  const failure = last && stream.state === 'ended' ? sayOutcome(outcomeOf(last), last) : '';
  if (failure) return { tone: 'bad', text: failure, title: `Ended by a failure: ${failure}.` };
  if (live && stream.state === 'connecting' && last && elapsed(last.startedAt, now, lane.jumps) > 2000) {
    return { tone: 'warn', text: 'waits', title: 'Has been waiting for an answer for over two seconds.' };
  }
  if (lane.gaps > 0) return counted(lane.gaps, lane.longestGap, 'gap', 'Times without a connection');
  const stalls = lane.present.filter(({ kind }) => kind === 'stall');
  if (stalls.length > 0) {
    const longest = stalls.reduce(
      (most, { from, to = now }) => Math.max(most, elapsed(from, to, lane.jumps)),
      0,
    );
    return counted(stalls.length, longest, 'stall', 'Times of unusual silence');
  }
  return WELL;
}

/** A length of time that grows while somebody looks: whole seconds, for room and for calm. */
function roughly(ms: number): string {
  return ms < 60_000 ? `${Math.floor(Math.max(0, ms) / 1000)} s` : formatDuration(ms);
}

function counted(count: number, longest: number, word: string, title: string): Condition {
  return {
    tone: 'warn',
    text: `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`,
    title: `${title}: ${formatCount(count)}, the longest ${formatDuration(longest)}.`,
  };
}
