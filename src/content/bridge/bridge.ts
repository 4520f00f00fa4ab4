import type { BackgroundToBridge, BridgeToBackground } from '../../shared/protocol/messages.ts';
import { portWire, type Wire } from '../../shared/protocol/wire.ts';
import { decodePageMessage } from './decode.ts';
import { anyTabRecords, connect, isAlive, onConnectCall } from './extension.ts';
import { greetPageTap } from './greet.ts';
import { createOutbox } from './outbox.ts';
import { createRebase } from './rebase.ts';

/** Between two attempts to reach a background that does not answer, ms. */
const RETRY_AFTER = 250;

/**
 * Carries: what the page tap observes to the background, and what the background wants to the page tap. Does
 * nothing until the document shows its first event stream, or the background asks for it.
 */
export function startBridge(): void {
  const outbox = createOutbox();
  let rebase = createRebase();
  // Made when it is needed: in most documents it never is.
  let id = '';
  let beganAt = 0;
  let background: Wire<BridgeToBackground, BackgroundToBridge> | undefined;
  let recording = false;
  /** Attempts to reach the background since it last answered. */
  let attempts = 0;

  function open(): void {
    if (background) return;
    let wire: Wire<BridgeToBackground, BackgroundToBridge>;
    try {
      if (!isAlive()) throw new Error('The extension is gone.');
      wire = portWire(connect());
    } catch {
      recording = false;
      tellPage({ type: 'Restore' });
      return;
    }
    background = wire;
    wire.listen((message) => {
      attempts = 0;
      switch (message.type) {
        case 'Forget':
          outbox.forget(message.sequence);
          break;
        case 'Record':
          // What the clock did before another recording does not concern this one.
          if (!recording) rebase = createRebase();
          rebase.setBack(message.behind);
          recording = true;
          outbox.open(wire.post);
          tellPage({ type: 'Record', session: message.session });
          break;
        case 'Sleep':
          recording = false;
          // What the page tap flushes on its way to sleep still goes through this port; the background closes it.
          tellPage({ type: 'Sleep' });
          break;
      }
    });
    wire.closed(() => {
      background = undefined;
      outbox.shut();
      // The background was stopped (it may be, between any two messages), or the extension is gone: that shows at
      // once, or in a moment.
      if (recording || !isAlive()) setTimeout(open, attempts++ === 0 ? 0 : RETRY_AFTER);
    });
    id ||= documentId();
    // Not `performance.timeOrigin`: that is off by what the wall clock has drifted since the browser began.
    beganAt ||= Date.now() - performance.now();
    wire.post({
      type: 'DocumentConnected',
      document: id,
      url: location.href,
      title: document.title,
      top: window === window.top,
      beganAt,
    });
  }

  const tellPage = greetPageTap((untrusted) => {
    const message = decodePageMessage(untrusted, { monotonic: performance.now(), wall: Date.now() });
    if (message?.type === 'FactsReported') {
      outbox.add(message.session, rebase.batch(message.facts, message.clock));
    } else if (message?.type === 'StreamSeen' && !background) {
      ask().catch(() => tellPage({ type: isAlive() ? 'Sleep' : 'Restore' }));
    }
  });

  async function ask(): Promise<void> {
    if (await anyTabRecords()) open();
    else if (!background) tellPage({ type: 'Sleep' });
  }

  onConnectCall(open);
}

/** Names this document, also where `crypto.randomUUID` is not to be had (pages without TLS). */
function documentId(): string {
  return crypto.getRandomValues(new Uint32Array(3)).join('-');
}
