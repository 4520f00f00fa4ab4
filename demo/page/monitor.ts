import type { StreamClient } from './streamClient.ts';

interface Numbers {
  events: number;
  errors: number;
  opens: number;
  maxLatency: number;
}

/** Counts what happens on the streams, and reports it by beacon: every half minute, and when the page is hidden. */
export class Monitor {
  readonly #numbers = new Map<string, Numbers>();

  constructor(everyMs = 30_000) {
    setInterval(() => this.#send(), everyMs);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.#send();
    });
  }

  watch(name: string, stream: StreamClient): void {
    const numbers: Numbers = { events: 0, errors: 0, opens: 0, maxLatency: 0 };
    this.#numbers.set(name, numbers);
    stream.observe({
      onStatus(status) {
        if (status === 'open') numbers.opens++;
      },
      onEvent(_type, latency) {
        numbers.events++;
        numbers.maxLatency = Math.max(numbers.maxLatency, latency);
      },
      onError(reason) {
        numbers.errors++;
        navigator.sendBeacon('/api/errors', JSON.stringify({ name, reason, at: Date.now() }));
      },
    });
  }

  snapshot(): ReadonlyMap<string, Readonly<Numbers>> {
    return this.#numbers;
  }

  #send(): void {
    navigator.sendBeacon('/api/metrics', JSON.stringify(Object.fromEntries(this.#numbers)));
  }
}
