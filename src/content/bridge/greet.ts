import type { HelloEventName } from '../../shared/protocol/messages.ts';
import { isAlive } from './extension.ts';

const HELLO: HelloEventName = 'sse-scope:hello';

/** What the bridge hears of the page tap. */
export interface PageSide {
  /** The page tap hears what is posted to this port. */
  onPort(port: MessagePort): void;
  /** What the page side says; anything at all, for a same-origin parent can reach its events too. */
  onMessage(message: unknown): void;
}

/**
 * Waits for the page tap of this document. The bridge is first in the manifest, so that its listener is there
 * before the page tap runs, and the page tap before the page: nobody else sees the event, nor the name in it.
 *
 * @returns asks the page tap for its port, when it has not given it yet
 */
export function greetPageTap(page: PageSide): () => void {
  let wake = '';
  let port: MessagePort | undefined;

  function onSecret(event: Event): void {
    event.stopImmediatePropagation();
    const { ports, data } = event as MessageEvent;
    if (ports?.[0] && !port) {
      port = ports[0];
      port.onmessage = (message) => page.onMessage(ownCopy(message.data));
      page.onPort(port);
    } else if (data !== null) page.onMessage(ownCopy(data));
    // An empty one asks whether anybody is there.
    else if (isAlive()) event.preventDefault();
  }

  // On the window: it costs a document less than the making of its `document` for this world.
  addEventListener(
    HELLO,
    (event) => {
      event.stopImmediatePropagation();
      const { data: secret } = event as MessageEvent;
      if (typeof secret !== 'string') return;
      wake = `${secret}!`;
      addEventListener(secret, onSecret, { capture: true });
    },
    { capture: true, once: true },
  );
  return () => {
    if (!port && wake) dispatchEvent(new Event(wake));
  };
}

/** Firefox only: a copy of an object in another scope. */
declare const cloneInto: (<T>(object: T, scope: object) => T) | undefined;

/**
 * What the page said, as objects of this world. Chromium hands out such copies by itself; Firefox shows the page's
 * objects through a wrapper that hides the content of typed arrays.
 */
function ownCopy(data: unknown): unknown {
  return typeof cloneInto === 'function' ? cloneInto(data, globalThis) : data;
}
