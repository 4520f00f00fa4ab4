import type { Exchange, Stream } from '../types.ts';

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
 * @param exchanges - of all of them: when the last one of each was over
 */
export function groupLogically(streams: readonly Stream[], exchanges: readonly Exchange[]): LogicalStream[] {
  const endedAt = new Map<string, number>();
  for (const { stream, endedAt: at, http } of exchanges) {
    const end = at ?? http?.completedAt;
    if (end !== undefined) endedAt.set(stream, Math.max(endedAt.get(stream) ?? 0, end));
  }
  const groups: LogicalStream[] = [];
  const byKey = new Map<string, LogicalStream[]>();
  for (const stream of streams) {
    const key = [
      stream.transport,
      stream.method,
      purposeUrl(stream.url),
      stream.documentUrl,
      stream.frameId,
      initiatorOf(stream.stack),
    ].join('\n');
    const candidates = byKey.get(key) ?? [];
    byKey.set(key, candidates);
    const before =
      stream.method === 'GET' &&
      candidates.find(({ streams }) => {
        const last = streams.at(-1)!;
        return last.state === 'ended' && (endedAt.get(last.id) ?? Infinity) <= stream.openedAt + 50;
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
