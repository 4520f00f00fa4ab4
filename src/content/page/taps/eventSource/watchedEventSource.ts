import { createList } from '../../natives/reflect.ts';

/** What the tap knows of one EventSource. It is reached from the object alone, and is collected with it. */
export interface Watched {
  es: EventSource;
  /** Number of the stream in this document; 0 while it is not observed. */
  stream: number;
  /** Types for which the page has added a listener, in that order; `message` by `onmessage` too. */
  types: string[];
  /** Removes our own listeners; undefined while there are none. */
  stop: (() => void) | undefined;
  /** Our own listener for messages, while observed. */
  onMessage: ((event: MessageEvent) => void) | undefined;
  /** Types that it listens to. */
  heard: string[];
  /** Closed, or failed for good. */
  over: boolean;
  /** The connection is open: the next failure is its loss. */
  open: boolean;
  /** When it failed for good, monotonic, ms. The document may turn out to be going away. */
  failedAt: number;
}

export function newWatched(es: EventSource): Watched {
  return {
    es,
    stream: 0,
    types: createList(),
    stop: undefined,
    onMessage: undefined,
    heard: createList(),
    over: false,
    open: false,
    failedAt: 0,
  };
}
