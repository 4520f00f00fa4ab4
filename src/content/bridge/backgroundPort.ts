import type { BackgroundToBridge, BridgeToBackground } from '../../shared/protocol/bridgeLink.ts';
import { portWire, type Wire } from '../../shared/protocol/wire.ts';
import { connect, isAlive } from './extension.ts';
import type { Outbox } from './outbox.ts';
import { waitsForActivation } from './prerendering.ts';

/** Pause between two attempts to reach a background that does not answer, ms. */
const RETRY_AFTER = 250;

/** The port to the background: there is at most one. */
export interface BackgroundPort {
  isOpen(): boolean;
  /** Does nothing while it is open. */
  open(): void;
  /** What waits in the outbox, and what comes later, goes over the port that is open. */
  send(): void;
  /** Closes it where the browser has closed it already and may not say so. */
  close(): void;
}

export interface BackgroundPortUser {
  /** The first message of a port. */
  introduce(): BridgeToBackground;
  /** Whether what waits goes at once, before the background has answered: batches name their session. */
  sendsAtOnce(): boolean;
  received(message: BackgroundToBridge): void;
  /** Whether a port that was lost is opened again. */
  wanted(): boolean;
  /** The extension is gone for good. */
  gone(): void;
}

export function createBackgroundPort(outbox: Outbox, user: BackgroundPortUser): BackgroundPort {
  let background: Wire<BridgeToBackground, BackgroundToBridge> | undefined;
  let sending = false;
  /** Attempts to reach the background since it last answered. */
  let attempts = 0;

  function open(): void {
    if (background || waitsForActivation(open)) return;
    let wire: Wire<BridgeToBackground, BackgroundToBridge>;
    try {
      if (!isAlive()) throw new Error('The extension is gone.');
      wire = portWire(connect());
    } catch {
      user.gone();
      return;
    }
    background = wire;
    wire.listen((message) => {
      attempts = 0;
      user.received(message);
    });
    wire.closed(() => {
      if (background !== wire) return;
      lose();
      // The background was stopped (it may be, between any two messages), or the extension is gone: that shows at
      // once, or in a moment.
      if (user.wanted() || !isAlive()) setTimeout(open, attempts++ === 0 ? 0 : RETRY_AFTER);
    });
    wire.post(user.introduce());
    if (user.sendsAtOnce()) send();
  }

  function send(): void {
    if (!background || sending) return;
    sending = true;
    outbox.open(background.post);
  }

  function lose(): void {
    background = undefined;
    sending = false;
    outbox.shut();
  }

  return {
    isOpen: () => background !== undefined,
    open,
    send,
    close() {
      background?.close();
      lose();
    },
  };
}
