/** One end of a link between two contexts. */
export interface Wire<Out, In> {
  /** Does nothing once the wire is closed. */
  post(message: Out): void;
  /** Calls `listener` for each message; returns what stops that. */
  listen(listener: (message: In) => void): () => void;
  /** Calls `listener` once when the other end is gone. */
  closed(listener: () => void): void;
  close(): void;
}

/** The part of a runtime port (chrome.* or webextension-polyfill) that a wire needs. */
export interface PortLike {
  postMessage(message: unknown): void;
  disconnect(): void;
  onMessage: {
    addListener(f: (message: never) => void): void;
    removeListener(f: (message: never) => void): void;
  };
  onDisconnect: { addListener(f: () => void): void };
}

export function portWire<Out, In>(port: PortLike): Wire<Out, In> {
  let open = true;
  port.onDisconnect.addListener(() => {
    open = false;
  });
  return {
    post(message) {
      if (!open) return;
      try {
        port.postMessage(message);
      } catch (error) {
        // The other side went away a moment ago, and the event that says so is still on its way.
        if (!/disconnect|closed|invalidated/i.test(String(error))) throw error;
        open = false;
      }
    },
    listen(listener) {
      const onMessage = (message: In) => listener(message);
      port.onMessage.addListener(onMessage as (message: never) => void);
      return () => port.onMessage.removeListener(onMessage as (message: never) => void);
    },
    closed(listener) {
      port.onDisconnect.addListener(listener);
    },
    close() {
      if (open) port.disconnect();
      open = false;
    },
  };
}

/** A link inside one context, for tests: messages are cloned and arrive in a later microtask, as on a real one. */
export function memoryWires<A, B>(): [Wire<A, B>, Wire<B, A>] {
  type End = { listeners: Set<(message: never) => void>; closed: Set<() => void> };
  const ends: [End, End] = [
    { listeners: new Set(), closed: new Set() },
    { listeners: new Set(), closed: new Set() },
  ];
  let open = true;
  function end<Out, In>(own: End, other: End): Wire<Out, In> {
    return {
      post(message) {
        if (!open) return;
        const copy = structuredClone(message);
        queueMicrotask(() => {
          if (open) for (const listener of other.listeners) listener(copy as never);
        });
      },
      listen(listener) {
        own.listeners.add(listener as (message: never) => void);
        return () => own.listeners.delete(listener as (message: never) => void);
      },
      closed(listener) {
        own.closed.add(listener);
      },
      close() {
        if (!open) return;
        open = false;
        // As with runtime ports, only the other end hears of it.
        queueMicrotask(() => {
          for (const listener of other.closed) listener();
        });
      },
    };
  }
  return [end<A, B>(ends[0], ends[1]), end<B, A>(ends[1], ends[0])];
}
