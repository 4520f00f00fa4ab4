import { createParser } from 'eventsource-parser';

declare global {
  /** Reads an event stream by fetch, as libraries do. Returns ms from the call to the last event, and the events. */
  var readEvents: (url: string) => Promise<[ms: number, events: number]>;
  /** The same, where nobody looks into the bytes. */
  var readBytes: (url: string) => Promise<[ms: number, bytes: number]>;
}

globalThis.readEvents = async (url) => {
  const start = performance.now();
  let count = 0;
  const parser = createParser({ onEvent: () => count++ });
  const response = await fetch(url);
  const decoder = new TextDecoder();
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return [performance.now() - start, count];
    parser.feed(decoder.decode(value, { stream: true }));
  }
};

globalThis.readBytes = async (url) => {
  const start = performance.now();
  let count = 0;
  const reader = (await fetch(url)).body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return [performance.now() - start, count];
    count += value.length;
  }
};
