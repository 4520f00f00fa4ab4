import type { HelloEventName } from '../../shared/protocol/messages.ts';
import { isAlive } from './extension.ts';

const HELLO: HelloEventName = 'sse-scope:hello';

/**
 * Waits for the page tap of this document. The bridge is first in the manifest, so that its listener is there
 * before the page tap runs, and the page tap before the page: nobody else sees the event.
 *
 * @param onPort - the page tap is there, and hears what is posted to this port
 * @param onMessage - what the page side says; anything at all, for a same-origin parent can reach this event too
 */
export function greetPageTap(
  onPort: (port: MessagePort) => void,
  onMessage: (message: unknown) => void,
): void {
  document.addEventListener(
    HELLO,
    (event) => {
      event.stopImmediatePropagation();
      const { ports, data: now } = event as MessageEvent;
      const port = ports?.[0];
      if (!port) return;
      onPort(port);
      port.onmessage = (message) => onMessage(ownCopy(message.data));
      if (typeof now !== 'string') return;
      document.addEventListener(
        now,
        (last) => {
          last.stopImmediatePropagation();
          const message = (last as MessageEvent).data;
          if (message !== null) onMessage(ownCopy(message));
          // An empty one asks whether anybody is there.
          else if (isAlive()) last.preventDefault();
        },
        { capture: true },
      );
    },
    { capture: true, once: true },
  );
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
