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
  /** When the document began to run, or was shown again: monotonic, ms. */
  let beganAt = performance.now();
  let background: Wire<BridgeToBackground, BackgroundToBridge> | undefined;
  let recording = false;
  /** What waits in the outbox goes to the background. */
  let sending = false;
  /** The page tap waits to hear whether it is recorded. */
  let asked = false;
  /** The document went away before that was known: what waits goes as soon as the background can be reached. */
  let leaving = false;
  /** It has shown a stream before: then it comes back from the back/forward cache. */
  let seen = false;
  /** Attempts to reach the background since it last answered. */
  let attempts = 0;

  function open(): void {
    if (background || waitsForActivation()) return;
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
          asked = false;
          leaving = false;
          send(wire);
          tellPage({ type: 'Record', session: message.session });
          break;
        case 'Sleep':
          recording = false;
          asked = false;
          leaving = false;
          outbox.drop('');
          // What the page tap flushes on its way to sleep still goes through this port; the background closes it.
          tellPage({ type: 'Sleep' });
          break;
      }
    });
    wire.closed(() => {
      if (background !== wire) return;
      lose();
      // The background was stopped (it may be, between any two messages), or the extension is gone: that shows at
      // once, or in a moment.
      if (recording || asked || !isAlive()) setTimeout(open, attempts++ === 0 ? 0 : RETRY_AFTER);
    });
    id ||= documentId();
    wire.post({
      type: 'DocumentConnected',
      document: id,
      url: location.href,
      title: document.title,
      top: window === window.top,
      // Not by `performance.timeOrigin`: that is off by what the wall clock has drifted since the browser began.
      beganAt: Date.now() - performance.now() + beganAt,
    });
    // Batches name their session: after a restart of the background none of them has to wait for its answer.
    if (recording || leaving) send(wire);
  }

  function send(wire: Wire<BridgeToBackground, BackgroundToBridge>): void {
    if (sending) return;
    sending = true;
    outbox.open(wire.post);
  }

  function lose(): void {
    background = undefined;
    sending = false;
    outbox.shut();
  }

  const tellPage = greetPageTap((untrusted, memory) => {
    const clock = { monotonic: performance.now(), wall: Date.now() };
    const message = decodePageMessage(untrusted, clock, memory);
    if (message?.type === 'FactsReported') {
      outbox.add(message.session, rebase.batch(message.facts, message.clock));
      // The document goes away before the background has answered.
      if (message.session !== '') return;
      leaving = true;
      if (background) send(background);
    } else if (message?.type === 'StreamSeen') {
      asked = true;
      beganAt = seen ? performance.now() : beganAt;
      seen = true;
      // The document was in the back/forward cache. The browser has closed the port meanwhile, and may not say so.
      if (background) {
        background.close();
        lose();
      }
      ask().catch(() => tellPage({ type: isAlive() ? 'Sleep' : 'Restore' }));
    }
  });

  async function ask(): Promise<void> {
    if (await anyTabRecords()) open();
    else if (!background) {
      asked = false;
      tellPage({ type: 'Sleep' });
    }
  }

  /** A page that is prerendered is not the tab's page, and may never be: the background hears of it when it is shown. */
  function waitsForActivation(): boolean {
    if (!(document as { prerendering?: boolean }).prerendering) return false;
    document.addEventListener('prerenderingchange', open, { once: true });
    return true;
  }

  onConnectCall(open);
}

/** Names this document, also where `crypto.randomUUID` is not to be had (pages without TLS). */
function documentId(): string {
  return crypto.getRandomValues(new Uint32Array(3)).join('-');
}
