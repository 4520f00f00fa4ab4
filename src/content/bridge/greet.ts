import type {
  BridgeToPage,
  CommandEventName,
  HelloEventName,
  MemoryEventName,
  SaidEventName,
} from '../../shared/protocol/pageLink.ts';
import { isAlive } from './extension.ts';
import { createPageMemory, type PageMemory } from './memory.ts';

const HELLO: HelloEventName = 'sse-scope:hello';
const SAID: SaidEventName = 'said';
const COMMAND: CommandEventName = 'command';
const MEMORY: MemoryEventName = 'memory';

/**
 * Waits for the page tap of this document. The bridge is first in the manifest, so that its listener is there
 * before the page tap runs, and the page tap before the page: nobody else sees the event, nor the target in it.
 *
 * @param onMessage - hears what the page side says; anything at all, for a same-origin parent can reach its events too
 *   `memory`: what the page side has left for it
 * @returns tells the page tap a command, before it returns
 */
export function greetPageTap(
  onMessage: (message: unknown, memory: PageMemory) => void,
): (command: BridgeToPage) => void {
  let link: EventTarget | undefined;
  const memory = createPageMemory();

  function onSaid(event: Event): void {
    // Not taken: so the page tap hears that the extension is gone.
    if (!isAlive()) return;
    event.preventDefault();
    const { data } = event as MessageEvent;
    // An empty one only asks whether anybody is there.
    if (data !== null) onMessage(ownCopy(data), memory);
  }

  function onMemory(event: Event): void {
    if (memory.take((event as MediaEncryptedEvent).initData)) event.preventDefault();
  }

  // On the window: it costs a document less than the making of its `document` for this world.
  addEventListener(
    HELLO,
    (event) => {
      event.stopImmediatePropagation();
      link = (event as FocusEvent).relatedTarget ?? undefined;
      link?.addEventListener(SAID, onSaid);
      link?.addEventListener(MEMORY, onMemory);
    },
    { capture: true, once: true },
  );
  return (command) => {
    // As text: Firefox lets no object of this world into the page's.
    link?.dispatchEvent(new MessageEvent(COMMAND, { data: JSON.stringify(command) }));
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
