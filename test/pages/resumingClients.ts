/**
 * Real clients, unmodified from npm, that come again after a broken connection until they have had the last event.
 * Bundled for the page by the test.
 */
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource as EventSourcePackage } from 'eventsource';
import { SSE } from 'sse.js';

/** Resolves to the IDs in the order in which they came. */
type ResumingClient = (url: string, last: string) => Promise<string[]>;

function listen(es: EventTarget & { close(): void }, last: string): Promise<string[]> {
  return new Promise((resolve) => {
    const ids: string[] = [];
    es.addEventListener('message', (event) => {
      const { lastEventId } = event as MessageEvent;
      ids.push(lastEventId);
      if (lastEventId !== last) return;
      es.close();
      resolve(ids);
    });
  });
}

export const resumingClients: Record<string, ResumingClient> = {
  EventSource: (url, last) => listen(new EventSource(url), last),

  eventsource: (url, last) => listen(new EventSourcePackage(url), last),

  'fetch-event-source': async (url, last) => {
    const ids: string[] = [];
    const over = new AbortController();
    await fetchEventSource(url, {
      signal: over.signal,
      openWhenHidden: true,
      onmessage({ id }) {
        ids.push(id);
        if (id === last) over.abort();
      },
      // It takes an end for a good one: a server that ends too early has to be an error.
      onclose() {
        throw new Error('ended');
      },
      onerror: () => 1,
    });
    return ids;
  },

  'sse.js': (url, last) =>
    new Promise((resolve) => {
      const ids: string[] = [];
      const source = new SSE(url, {
        start: false,
        autoReconnect: true,
        reconnectDelay: 1,
        useLastEventId: true,
      });
      source.addEventListener('message', (event: { id: string }) => {
        ids.push(event.id);
        if (event.id !== last) return;
        source.close();
        resolve(ids);
      });
      source.stream();
    }),
};

Object.assign(globalThis, { resumingClients });
