import type {
  BridgeToPage,
  CommandEventName,
  HelloEventName,
  MemoryEventName,
  PageToBridge,
  SaidEventName,
} from '../../shared/protocol/pageLink.ts';
import {
  dispatch,
  listen,
  messageData,
  NativeEventTarget,
  NativeFocusEvent,
  NativeMediaEncryptedEvent,
  NativeMessageEvent,
} from './natives/eventTargets.ts';
import { parseJson } from './natives/strings.ts';
import { window } from './natives/window.ts';

const HELLO: HelloEventName = 'sse-scope:hello';
const SAID: SaidEventName = 'said';
const COMMAND: CommandEventName = 'command';
const MEMORY: MemoryEventName = 'memory';

export interface Bridge {
  /**
   * Hands a message over before this call returns: a page that keeps its thread busy, or goes away, does not hold it up.
   *
   * @param message - `null` only asks whether anybody is there
   * @returns false when nobody took it: the extension was removed, or this document was
   */
  post(message: PageToBridge | null): boolean;
  /**
   * Shows the bridge the memory in which bytes are left for it, in place of what it was shown before. What the `data` of an event
   * holds is copied from world to world; of a buffer that the browser's own object holds, Chromium gives each world an
   * `ArrayBuffer` over the same bytes. In Firefox the content of the page's buffers is hidden from the bridge.
   *
   * @param memory - `null`: there is none any more
   * @returns whether the bridge says that it reads it
   */
  share(memory: ArrayBuffer | null): boolean;
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
    share(initData) {
      if (!NativeMediaEncryptedEvent) return false;
      const init = { __proto__: null, cancelable: true, initDataType: '', initData };
      return !dispatch(link, new NativeMediaEncryptedEvent(MEMORY, init as MediaEncryptedEventInit));
    },
  };
}
