import type { BridgeToPage, HelloEventName, PageToBridge } from '../../shared/protocol/messages.ts';
import {
  dispatch,
  listen,
  listOf,
  messageData,
  NativeMessageChannel,
  NativeMessageEvent,
  postToPort,
  secretName,
  setPortListener,
  window,
} from './natives.ts';

const HELLO: HelloEventName = 'sse-scope:hello';

export interface Bridge {
  /**
   * Hands a message over. What was observed is handed over before this call returns: what waits in a port is gone with
   * the document, and the thread of a busy page may not come to it for seconds.
   */
  post(message: PageToBridge): void;
  /** Whether the bridge still answers: it does not, once the extension was removed. */
  alive(): boolean;
  close(): void;
}

/**
 * Tells the bridge a secret, in one synchronous event that the bridge stops before anything else of this document
 * can see it (it runs first, and no script of the page has run yet). The two find each other by that name later, when
 * there is something to say: most documents never open an event stream, and shall not pay for a channel.
 */
export function sayHello(onCommand: (command: BridgeToPage) => void): Bridge {
  const secret = secretName();
  let port: MessagePort | undefined;

  function open(): MessagePort {
    if (port) return port;
    const { port1, port2 } = new NativeMessageChannel();
    port = port1;
    setPortListener(port1, (event) => {
      try {
        onCommand(messageData(event) as BridgeToPage);
      } catch {}
    });
    const init = { __proto__: null, ports: listOf([port2]) };
    dispatch(window, new NativeMessageEvent(secret, init as MessageEventInit));
    return port1;
  }

  // The bridge has a command, and no port yet.
  listen(window, `${secret}!`, open);
  dispatch(window, new NativeMessageEvent(HELLO, { data: secret }));
  return {
    post(message) {
      try {
        // The page waits for nothing that this question makes the bridge do.
        if (message.type === 'StreamSeen') postToPort(open(), message);
        else dispatch(window, new NativeMessageEvent(secret, { data: message }));
      } catch {}
    },
    alive: () => !dispatch(window, new NativeMessageEvent(secret, { data: null, cancelable: true })),
    close() {
      port?.close();
    },
  };
}
