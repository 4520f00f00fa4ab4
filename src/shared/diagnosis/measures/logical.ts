import type { Stream } from '../../session/types.ts';

/** Streams that a client library opens one after the other for the same purpose. */
export interface LogicalStream {
  /** In the order of their opening. */
  streams: Stream[];
}

/** Query parameters that differ from one request of a stream to its next: positions, and what keeps caches out. */
const VARYING =
  /^(_|_t|t|ts|time|timestamp|cb|cache_?bust(er)?|nocache|rnd|rand|random|r|nonce|retry|attempt|last-?event-?id|event_?id|since|after|cursor|offset|from)$/i;

/** The address without what changes from one request to the next. */
export function purposeUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.hash = '';
  for (const name of [...parsed.searchParams.keys()]) {
    if (VARYING.test(name)) parsed.searchParams.delete(name);
  }
  parsed.searchParams.sort();
  return parsed.href;
}

/** A stream whose record has not changed has the purpose that it had. */
const purposes = new WeakMap<Stream, string>();

function purposeOf(stream: Stream): string {
  let purpose = purposes.get(stream);
  if (purpose === undefined) {
    const { transport, method, url, documentUrl, frameId, stack } = stream;
    purpose = [transport, method, purposeUrl(url), documentUrl, frameId, initiatorOf(stack)].join('\n');
    purposes.set(stream, purpose);
  }
  return purpose;
}

/** The line of code that opened a stream: the innermost place of its call stack; '' when it is not known. */
export function initiatorOf(stack: string): string {
  return /[a-z][\w+.-]*:\/\/[^\s()]+:\d+/i.exec(stack)?.[0] ?? '';
}

/** Two clocks may differ by so much: a stream may be opened before the end of the one before is noted, ms. */
const SLACK = 50;

/** Streams of one purpose. */
interface Purpose {
  /** Those that are over, in the order of their ends. */
  ended: { stream: Stream; at: number }[];
  /** How many of them were over when the last one was opened. */
  passed: number;
  /** Groups that wait to be continued, in the order in which their last stream ended; those before `taken` have been. */
  waiting: LogicalStream[];
  taken: number;
}

/**
 * Groups streams that follow one another: same method, purpose, document and initiator, and each opened when the one
 * before was over. Where several could go on, it is the one that ended first. Streams that run side by side are different
 * ones, and so are those of other methods than GET: each asks for something of its own.
 *
 * @param streams - in the order of their opening
 * @param endedAt - when the last exchange of a stream was over, ms since the epoch; undefined when it is not known
 */
export function groupLogically(
  streams: readonly Stream[],
  endedAt: (stream: string) => number | undefined,
): LogicalStream[] {
  const byKey = new Map<string, Purpose>();
  const keys = streams.map(purposeOf);
  for (const [i, stream] of streams.entries()) {
    const purpose = byKey.get(keys[i]!) ?? { ended: [], passed: 0, waiting: [], taken: 0 };
    byKey.set(keys[i]!, purpose);
    const at = endedAt(stream.id);
    if (stream.state === 'ended' && at !== undefined) purpose.ended.push({ stream, at });
  }
  for (const { ended } of byKey.values()) ended.sort((a, b) => a.at - b.at);

  const groups: LogicalStream[] = [];
  const groupOf = new Map<string, LogicalStream>();
  for (const [i, stream] of streams.entries()) {
    const purpose = byKey.get(keys[i]!)!;
    const until = stream.openedAt + SLACK;
    while (purpose.passed < purpose.ended.length && purpose.ended[purpose.passed]!.at <= until) {
      const group = groupOf.get(purpose.ended[purpose.passed++]!.stream.id);
      if (group) purpose.waiting.push(group);
    }
    let group = stream.method === 'GET' ? purpose.waiting[purpose.taken] : undefined;
    if (group) {
      purpose.taken++;
      group.streams.push(stream);
    } else {
      group = { streams: [stream] };
      groups.push(group);
    }
    groupOf.set(stream.id, group);
    // It was over before it was opened, as far as the clocks tell: the next one may go on with it at once.
    if ((endedAt(stream.id) ?? Infinity) <= until && stream.state === 'ended') purpose.waiting.push(group);
  }
  return groups;
}
