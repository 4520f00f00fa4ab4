import type { BridgeToPage } from '../../../shared/protocol/pageLink.ts';

/**
 * `unasked`: no event stream yet. `asking`: observed, and kept until the answer. `recording`: observed and sent.
 * `asleep`: the tab is not recorded; nothing is observed. `gone`: the extension is, and the page is as it was.
 */
export type Phase = 'unasked' | 'asking' | 'recording' | 'asleep' | 'gone';

export interface PhaseActions {
  /** Observing begins, also for another session: report what is open. */
  start(): void;
  /** Observing ends: remove every listener. */
  stop(): void;
  /** The extension is gone: put the page back as it was. */
  gone(): void;
}

/** What the phases decide about the observations that wait. */
export interface WaitingObservations {
  /** Asks the bridge whether this tab is recorded. */
  ask(): void;
  /** Posts what waits. `session`: '' while it is not known. */
  handOver(session: string): void;
  /** Drops what waits. */
  forget(): void;
}

export interface Phases {
  phase(): Phase;
  wanted(): boolean;
  isRecording(): boolean;
  streamSeen(): void;
  askAgain(): void;
  /** Hands over what waits; does nothing unless the tab is recorded. */
  flush(): void;
  leave(): void;
  obey(command: BridgeToPage): void;
}

/** Whether this document is observed, and into which session. */
export function createPhases(on: PhaseActions, waiting: WaitingObservations): Phases {
  let phase: Phase = 'unasked';
  let session = '';

  function ask(): void {
    phase = 'asking';
    on.start();
    waiting.ask();
  }

  function flush(): void {
    if (phase === 'recording') waiting.handOver(session);
  }

  function record(next: string): void {
    if (next === session) return;
    const asked = phase === 'asking';
    // What waited during the question belongs to the answer; what was recorded before belongs to the previous session.
    if (phase === 'recording') {
      on.stop();
      flush();
    }
    session = next;
    phase = 'recording';
    if (asked) flush();
    else on.start();
  }

  function sleep(): void {
    on.stop();
    flush();
    waiting.forget();
    session = '';
    phase = 'asleep';
  }

  return {
    phase: () => phase,
    wanted: () => phase === 'recording' || phase === 'asking',
    isRecording: () => phase === 'recording',
    streamSeen() {
      if (phase === 'unasked') ask();
    },
    askAgain() {
      if (phase === 'gone') return;
      if (phase === 'asking') {
        // The document went away before the answer came: what waits is still wanted.
        waiting.ask();
        return;
      }
      on.stop();
      flush();
      waiting.forget();
      session = '';
      ask();
    },
    flush,
    leave() {
      if (phase === 'asking') waiting.handOver(session);
      else flush();
    },
    obey(command) {
      if (phase === 'gone') return;
      if (command.type === 'Restore') {
        waiting.forget();
        phase = 'gone';
        on.stop();
        on.gone();
      } else if (command.type === 'Sleep') sleep();
      else record(command.session);
    },
  };
}
