import type {
  BridgeToPage,
  CommandEventName,
  HelloEventName,
  PageToBridge,
  SaidEventName,
} from '../../shared/protocol/messages.ts';
import {
  dispatch,
  listen,
  messageData,
  NativeEventTarget,
  NativeFocusEvent,
  NativeMessageEvent,
  parseJson,
  window,
} from './natives.ts';

const HELLO: HelloEventName = 'sse-scope:hello';
const SAID: SaidEventName = 'said';
const COMMAND: CommandEventName = 'command';

export interface Bridge {
  /**
   * Hands a message over before this call returns: a page that keeps its thread busy, or goes away, does not hold it up.
   *
   * @param message - `null` only asks whether anybody is there
   * @returns false when nobody took it: the extension was removed, or this document was
   */
  post(message: PageToBridge | null): boolean;
}

/**
 * Gives the bridge a target of events that only the two know. They find each other by one event, which the bridge stops
 * before anything else of this document can see it (it runs first, and no script of the page has run yet). The target
 * is no node and no window: `document.open()` takes no listeners off it.
 */
export function sayHello(onCommand: (command: BridgeToPage) => void): Bridge {
  const link = new NativeEventTarget();
  listen(link, COMMAND, (event) => {
    try {
      onCommand(parseJson(messageData(event) as string) as BridgeToPage);
    } catch {}
  });
  dispatch(window, new NativeFocusEvent(HELLO, { __proto__: null, relatedTarget: link } as FocusEventInit));
  return {
    post(data) {
      const init = { __proto__: null, cancelable: true, data } as MessageEventInit;
      // Whoever takes it says so by `preventDefault()`.
      return !dispatch(link, new NativeMessageEvent(SAID, init));
    },
  };
}
