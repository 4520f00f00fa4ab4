import type { BridgeToPage, HelloEventName, PageToBridge } from '../../shared/protocol/messages.ts';
import {
  dispatch,
  document,
  messageData,
  NativeMessageChannel,
  NativeMessageEvent,
  postToPort,
} from './natives.ts';

const HELLO: HelloEventName = 'sse-scope:hello';

export interface Bridge {
  post(message: PageToBridge): void;
  /** Hands a message over before this call returns: messages of a port may not outlive the document. */
  postNow(message: PageToBridge): void;
  /** Whether the bridge still answers: it does not, once the extension was removed. */
  alive(): boolean;
  close(): void;
}

/**
 * Hands the bridge one end of a channel, in one synchronous event that the bridge stops before anything else of
 * this document can see it (it runs first, and no script of the page has run yet).
 */
export function sayHello(onCommand: (command: BridgeToPage) => void): Bridge {
  const { port1, port2 } = new NativeMessageChannel();
  // The name of the event by which a message is handed over at once. Only the bridge learns it.
  const now = `sse-scope:${secret()}`;
  port1.onmessage = (event) => {
    try {
      onCommand(messageData(event) as BridgeToPage);
    } catch {}
  };
  dispatch(document, new NativeMessageEvent(HELLO, { data: now, ports: [port2] }));
  return {
    post(message) {
      try {
        postToPort(port1, message);
      } catch {}
    },
    postNow(message) {
      try {
        dispatch(document, new NativeMessageEvent(now, { data: message }));
      } catch {}
    },
    alive: () => !dispatch(document, new NativeMessageEvent(now, { data: null, cancelable: true })),
    close() {
      port1.close();
    },
  };
}

function secret(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return numbers.join('-');
}
