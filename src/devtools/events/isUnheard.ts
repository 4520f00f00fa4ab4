import type { Stream } from '../../shared/session/types.ts';

/** A type that arrives on the wire, and that no listener of the page is for. What a worker listens to is not known. */
export function isUnheard(stream: Stream | undefined, type: string): boolean {
  if (stream?.transport !== 'EventSource' || stream.frame === 'worker' || stream.listenersUnknown)
    return false;
  return !stream.listeners.includes(type);
}
