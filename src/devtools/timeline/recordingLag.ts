import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Session, Stream } from '../../shared/session/types.ts';

/** Less than this is the usual way of an event into the store, ms. */
const USUAL = 2000;

/**
 * How far the recording is behind, from what arrives in it: where the last bytes of a page came seconds ago, a page or a background that
 * is busy has more to tell, and nobody knows yet that a stream is silent.
 */
export interface RecordingLag {
  /**
   * Records were read.
   *
   * @param newest - arrival of the last bytes of all streams, ms since the epoch; 0 where none came
   * @param now - ms since the epoch
   * @returns ms by which the recording is behind; 0 where it is not
   */
  see(newest: number, now: number): number;
}

export function createRecordingLag(): RecordingLag {
  let before: number | undefined;
  let lag = 0;
  return {
    see(newest, now) {
      // What was there when the session was opened came at any time.
      if (before !== undefined && newest > before) {
        const behind = now - newest;
        lag = behind >= USUAL ? behind : 0;
      }
      before = Math.max(before ?? 0, newest);
      return lag;
    },
  };
}

/** The lag of the session on show, ms: of another one it begins anew. */
export function lagOf(
  session: ReadonlySignal<Session | undefined>,
  streams: ReadonlySignal<readonly Stream[]>,
): ReadonlySignal<number> {
  const lag = signal(0);
  let shown = '';
  let recording = createRecordingLag();
  effect(() => {
    const id = session.value?.id ?? '';
    if (id !== shown) recording = createRecordingLag();
    shown = id;
    const newest = streams.value.reduce((last, { lastAt = 0 }) => Math.max(last, lastAt), 0);
    // A list that is not there yet says nothing.
    lag.value = streams.value.length > 0 ? recording.see(newest, Date.now()) : 0;
  });
  return lag;
}
