import type { StreamClient } from './streamClient.ts';

/** Connections that a browser opens to one host over HTTP/1.1, for everything together. */
export const HOST_LIMIT = 6;

/**
 * Opens streams as long as there is room: the sixth connection to a host would leave none for the page's own requests,
 * and a seventh would wait in silence.
 */
export class ConnectionPool {
  readonly #open = new Set<StreamClient>();
  readonly #waiting: StreamClient[] = [];
  readonly #size: number;

  constructor(size = HOST_LIMIT - 1) {
    this.#size = size;
  }

  get counts(): { open: number; waiting: number; size: number } {
    return { open: this.#open.size, waiting: this.#waiting.length, size: this.#size };
  }

  open(stream: StreamClient): void {
    if (this.#open.has(stream) || this.#waiting.includes(stream)) return;
    if (this.#open.size < this.#size) {
      this.#open.add(stream);
      stream.open();
    } else this.#waiting.push(stream);
  }

  close(stream: StreamClient): void {
    const waiting = this.#waiting.indexOf(stream);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    if (!this.#open.delete(stream)) return;
    stream.close();
    const next = this.#waiting.shift();
    if (next) this.open(next);
  }

  each(visit: (stream: StreamClient) => void): void {
    for (const stream of this.#open) visit(stream);
  }
}
