import { getter, uncurry } from './reflect.ts';
import { window } from './window.ts';

export const NativeEventTarget = EventTarget;
export const NativeFocusEvent = FocusEvent;
export const NativeMessageEvent = MessageEvent;
/** A page can be without it. */
export const NativeMediaEncryptedEvent = window.MediaEncryptedEvent as typeof MediaEncryptedEvent | undefined;

export const listen = uncurry(EventTarget.prototype.addEventListener) as (
  target: EventTarget,
  type: string,
  listener: (event: never) => void,
  options?: boolean,
) => void;
export const unlisten = uncurry(EventTarget.prototype.removeEventListener) as typeof listen;
/** @returns false when a listener has prevented its default */
export const dispatch = uncurry(EventTarget.prototype.dispatchEvent);

export const eventType = getter<Event, string>(Event.prototype, 'type');
export const messageData = getter<MessageEvent, unknown>(MessageEvent.prototype, 'data');
export const messageId = getter<MessageEvent, string>(MessageEvent.prototype, 'lastEventId');
export const wasPersisted = getter<PageTransitionEvent, boolean>(PageTransitionEvent.prototype, 'persisted');
