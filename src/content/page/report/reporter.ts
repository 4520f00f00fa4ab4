import type { BridgeToPage, PageFact, PageToBridge } from '../../../shared/protocol/pageLink.ts';
import type { EndCause } from '../../../shared/session/types.ts';
import { now, wallNow } from '../natives/window.ts';
import { createArena } from './arena.ts';
import { createFlushPace, FLUSH_SIZE } from './flushPace.ts';
import { createGathered } from './gather.ts';
import { createPhases, type Phase, type PhaseActions } from './phases.ts';
import { createArenaRelease } from './releaseArena.ts';

/** What may wait while the bridge asks whether this tab is recorded: bytes or UTF-16 units, roughly. */
const WAITING_SIZE = 16 << 20;

export interface Reporter {
  phase(): Phase;
  /** Whether observations are wanted. */
  wanted(): boolean;
  /** The document has an event stream: the first call asks the bridge. Call it before the first fact about the stream. */
  streamSeen(): void;
  /** The document was away: what is open is reported anew, to whichever session is recorded now. */
  askAgain(): void;
  fact(fact: PageFact): void;
  /** The stream's last exchange is over. */
  ended(stream: number, at: number, cause: EndCause, error?: string): void;
  bytes(stream: number, chunk: Uint8Array, from: number, time: number): void;
  text(stream: number, text: string, time: number): void;
  event(stream: number, type: string, data: string, id: string, time: number): void;
  /** The document goes: hands over what waits, also while it is not known into which session. */
  leave(): void;
  /** A command of the bridge about what to observe. */
  obey(command: BridgeToPage): void;
}

/**
 * Gathers what the taps observe, and posts it in batches.
 *
 * @param post - hands a message over before it returns
 * @param share - shows memory to whoever takes the messages; returns whether it reads it
 * @param on - called when observing begins or ends
 */
export function createReporter(
  post: (message: PageToBridge) => void,
  share: (memory: ArrayBuffer | null) => boolean,
  on: PhaseActions,
): Reporter {
  const arena = createArena(FLUSH_SIZE, share);
  const gathered = createGathered(arena);
  const phases = createPhases(on, { ask: () => post({ type: 'StreamSeen' }), handOver, forget });
  const pace = createFlushPace(phases.isRecording, phases.flush);
  const releaseArenaLater = createArenaRelease(arena, pace);
  let lost = 0;

  function forget(): void {
    gathered.forget();
    pace.reset();
    lost = 0;
  }

  function handOver(session: string): void {
    const facts = gathered.seal();
    if (lost > 0) {
      facts[facts.length] = { type: 'DataLost', stream: 0, at: now(), count: lost, reason: 'waiting' };
    }
    if (facts.length === 0) return;
    const clock = { monotonic: now(), wall: wallNow() };
    forget();
    post({ type: 'FactsReported', session, facts, clock });
  }

  function fact(one: PageFact): void {
    if (!phases.wanted()) return;
    gathered.fact(one);
    pace.wait(200, now());
  }

  function tooMuch(): boolean {
    if (pace.size() < WAITING_SIZE || phases.phase() !== 'asking') return false;
    lost++;
    return true;
  }

  return {
    phase: phases.phase,
    wanted: phases.wanted,
    streamSeen: phases.streamSeen,
    askAgain: phases.askAgain,
    leave: phases.leave,
    obey: phases.obey,
    fact,
    ended(stream, at, cause, error = '') {
      fact({ type: 'ExchangeEnded', stream, at, cause, final: true, error });
    },
    bytes(stream, chunk, from, time) {
      if (tooMuch()) return;
      const size = gathered.bytes(stream, chunk, from, time);
      releaseArenaLater();
      pace.wait(size, time);
    },
    text(stream, text, time) {
      if (!tooMuch()) pace.wait(gathered.text(stream, text, time), time);
    },
    event(stream, type, data, id, time) {
      if (!tooMuch()) pace.wait(gathered.event(stream, type, data, id, time), time);
    },
  };
}
