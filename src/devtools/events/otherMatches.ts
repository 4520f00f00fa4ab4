import { type ReadonlySignal, signal } from '@preact/signals';
import type { Stream } from '../../shared/session/types.ts';
import type { QueryClient } from '../query/client.ts';
import type { Wanted } from './search.ts';

/** Counts the matches in the streams that are not on show: one stream after the other. */
export interface OtherMatches {
  /** By stream; as far as they have been looked at. */
  counts: ReadonlySignal<ReadonlyMap<string, number>>;
  restart(): void;
  grow(): void;
}

export function createOtherMatches(
  query: QueryClient,
  { stream, filterText, range }: Wanted,
  streams: ReadonlySignal<readonly Stream[]>,
): OtherMatches {
  const counts = signal<ReadonlyMap<string, number>>(new Map());
  let running: AbortController | undefined;
  /** How many entries of each stream have been looked at. */
  const looked = new Map<string, number>();

  async function count(next: Stream, from: number, signal: AbortSignal): Promise<void> {
    let more = 0;
    const question = { stream: next.id, filter: filterText.value, time: range.value, from, to: next.entries };
    try {
      const to = await query.ask('rows', [question], signal, (ordinals) => {
        more += ordinals.length;
      });
      // Entries that are not in the store yet are not asked for again before the stream has grown.
      looked.set(next.id, Math.max(to, from === to ? next.entries : to));
      counts.value = new Map(counts.value).set(next.id, (counts.value.get(next.id) ?? 0) + more);
    } catch {
      if (!signal.aborted) looked.set(next.id, next.entries);
    }
  }

  function grow(): void {
    if (running) return;
    const next = streams.value.find(
      ({ id, entries }) => id !== stream.value?.id && (looked.get(id) ?? 0) < entries,
    );
    if (!next) return;
    const own = new AbortController();
    running = own;
    void count(next, looked.get(next.id) ?? 0, own.signal).then(() => {
      if (own.signal.aborted) return;
      running = undefined;
      grow();
    });
  }

  return {
    counts,
    grow,
    restart() {
      running?.abort();
      running = undefined;
      looked.clear();
      counts.value = new Map();
    },
  };
}
