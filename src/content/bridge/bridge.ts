import type { BackgroundToBridge } from '../../shared/protocol/bridgeLink.ts';
import { createBackgroundPort } from './backgroundPort.ts';
import { decodePageMessage } from './decode.ts';
import { anyTabRecords, isAlive, onConnectCall } from './extension.ts';
import { greetPageTap } from './greet.ts';
import { createOutbox } from './outbox.ts';
import { createRebase } from './rebase.ts';

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
  let recording = false;
  /** The page tap waits to hear whether it is recorded. */
  let asked = false;
  /** The document went away before that was known: what waits goes as soon as the background can be reached. */
  let leaving = false;
  /** It has shown a stream before: then it comes back from the back/forward cache. */
  let seen = false;

  const background = createBackgroundPort(outbox, {
    introduce() {
      id ||= documentId();
      // Not by `performance.timeOrigin`: that is off by what the wall clock has drifted since the browser began.
      const began = Date.now() - performance.now() + beganAt;
      const { href } = location;
      const top = window === window.top;
      return {
        type: 'DocumentConnected',
        document: id,
        url: href,
        title: document.title,
        top,
        beganAt: began,
      };
    },
    sendsAtOnce: () => recording || leaving,
    received,
    wanted: () => recording || asked,
    gone() {
      recording = false;
      tellPage({ type: 'Restore' });
    },
  });

  function received(message: BackgroundToBridge): void {
    if (message.type === 'Forget') {
      outbox.forget(message.sequence);
      return;
    }
    asked = false;
    leaving = false;
    if (message.type === 'Record') {
      // What the clock did before another recording does not concern this one.
      if (!recording) rebase = createRebase();
      rebase.setBack(message.behind);
      recording = true;
      background.send();
      tellPage({ type: 'Record', session: message.session });
    } else {
      recording = false;
      outbox.drop('');
      // What the page tap flushes on its way to sleep still goes through this port; the background closes it.
      tellPage({ type: 'Sleep' });
    }
  }

  const tellPage = greetPageTap((untrusted, memory) => {
    const clock = { monotonic: performance.now(), wall: Date.now() };
    const message = decodePageMessage(untrusted, clock, memory);
    if (message?.type === 'FactsReported') {
      outbox.add(message.session, rebase.batch(message.facts, message.clock));
      if (message.session !== '') return;
      // The document goes away before the background has answered.
      leaving = true;
      background.send();
    } else if (message?.type === 'StreamSeen') {
      asked = true;
      if (seen) beganAt = performance.now();
      seen = true;
      // The document was in the back/forward cache. The browser has closed the port meanwhile, and may not say so.
      if (background.isOpen()) background.close();
      ask().catch(() => tellPage({ type: isAlive() ? 'Sleep' : 'Restore' }));
    }
  });

  async function ask(): Promise<void> {
    if (await anyTabRecords()) background.open();
    else if (!background.isOpen()) {
      asked = false;
      tellPage({ type: 'Sleep' });
    }
  }

  onConnectCall(background.open);
}

/** Names this document, also where `crypto.randomUUID` is not to be had (pages without TLS). */
function documentId(): string {
  return crypto.getRandomValues(new Uint32Array(3)).join('-');
}
