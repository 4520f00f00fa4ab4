import type { Stream } from '../types.ts';

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
function initiatorOf(stack: string): string {
  return /[a-z][\w+.-]*:\/\/[^\s()]+:\d+/i.exec(stack)?.[0] ?? '';
}

/**
 * Groups streams that follow one another: same method, purpose, document and initiator, and each opened when the one
 * before was over. Streams that run side by side are different ones, and so are those of other methods than GET: each
 * asks for something of its own.
 *
 * @param streams - in the order of their opening
 * @param endedAt - when the last exchange of a stream was over, ms since the epoch; undefined when it is not known
 */
export function groupLogically(
  streams: readonly Stream[],
  endedAt: (stream: string) => number | undefined,
): LogicalStream[] {
  const groups: LogicalStream[] = [];
  const byKey = new Map<string, LogicalStream[]>();
  for (const stream of streams) {
    const key = purposeOf(stream);
    const candidates = byKey.get(key) ?? [];
    byKey.set(key, candidates);
    const before =
      stream.method === 'GET' &&
      candidates.find(({ streams }) => {
        const last = streams.at(-1)!;
        return last.state === 'ended' && (endedAt(last.id) ?? Infinity) <= stream.openedAt + 50;
      });
    if (before) {
      before.streams.push(stream);
      continue;
    }
    const group = { streams: [stream] };
    candidates.push(group);
    groups.push(group);
  }
  return groups;
}
