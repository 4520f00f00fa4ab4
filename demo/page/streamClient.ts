export interface StreamOptions {
  /** First delay before a new connection after one that failed for good, ms; doubles each time. */
  baseDelay?: number;
  maxDelay?: number;
  maxRetries?: number;
  /** Nothing for this long means that the connection is dead, ms. */
  heartbeatTimeout?: number;
}

export type StreamStatus = 'closed' | 'connecting' | 'open' | 'waiting' | 'failed';

/** What happens on a stream, for whoever watches over it. */
export interface StreamObserver {
  onStatus?(status: StreamStatus): void;
  onEvent?(type: string, latencyHint: number): void;
  onError?(reason: string): void;
}

/**
 * An `EventSource` that does not give up: the browser reconnects by itself after a lost connection; after a failure that
 * closes it for good (a wrong status, say) this class opens a new one, with exponential back-off and a last event ID in
 * the query. A heartbeat monitor ends connections that are open and dead.
 */
export class StreamClient {
  readonly url: string;
  #options: Required<StreamOptions>;
  #source: EventSource | undefined;
  #handlers = new Map<string, (data: unknown) => void>();
  #observers = new Set<StreamObserver>();
  #status: StreamStatus = 'closed';
  #retries = 0;
  #lastEventId = '';
  #lastEventAt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #heartbeatTimer: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, options: StreamOptions = {}) {
    this.url = url;
    this.#options = {
      baseDelay: 1000,
      maxDelay: 30_000,
      maxRetries: 8,
      heartbeatTimeout: 30_000,
      ...options,
    };
  }

  get status(): StreamStatus {
    return this.#status;
  }

  /** Calls `handler` with the parsed JSON of each event of a type. */
  on(type: string, handler: (data: unknown) => void): this {
    this.#handlers.set(type, handler);
    this.#source?.addEventListener(type, (event) => this.#receive(event));
    return this;
  }

  observe(observer: StreamObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  open(): void {
    if (this.#source) return;
    clearTimeout(this.#retryTimer);
    this.#setStatus('connecting');
    const url = new URL(this.url, location.href);
    if (this.#lastEventId) url.searchParams.set('lastEventId', this.#lastEventId);
    const source = new EventSource(url);
    this.#source = source;
    source.onopen = () => {
      this.#retries = 0;
      this.#lastEventAt = Date.now();
      this.#setStatus('open');
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) this.#failed('The server refused the stream.');
      else this.#setStatus('connecting');
    };
    for (const type of this.#handlers.keys()) source.addEventListener(type, (event) => this.#receive(event));
    this.#heartbeatTimer = setInterval(() => this.#checkHeartbeat(), 5000);
  }

  close(): void {
    this.#end();
    this.#setStatus('closed');
  }

  #receive(event: MessageEvent<string>): void {
    this.#lastEventAt = Date.now();
    this.#lastEventId = event.lastEventId;
    let data: { at?: string };
    try {
      data = JSON.parse(event.data);
    } catch {
      this.#report(`An event of type ${event.type} is not JSON.`);
      return;
    }
    this.#handlers.get(event.type)?.(data);
    const latency = data.at ? Date.now() - Date.parse(data.at) : 0;
    for (const observer of this.#observers) observer.onEvent?.(event.type, latency);
  }

  #checkHeartbeat(): void {
    if (this.#status !== 'open' || Date.now() - this.#lastEventAt < this.#options.heartbeatTimeout) return;
    this.#failed(`Nothing was heard for ${this.#options.heartbeatTimeout / 1000} s.`);
  }

  #failed(reason: string): void {
    this.#end();
    this.#report(reason);
    if (this.#retries >= this.#options.maxRetries) {
      this.#setStatus('failed');
      return;
    }
    const { baseDelay, maxDelay } = this.#options;
    const delay = Math.min(maxDelay, baseDelay * 2 ** this.#retries++) * (0.8 + Math.random() * 0.4);
    this.#setStatus('waiting');
    this.#retryTimer = setTimeout(() => this.open(), delay);
  }

  #end(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#retryTimer);
    clearInterval(this.#heartbeatTimer);
  }

  #report(reason: string): void {
    for (const observer of this.#observers) observer.onError?.(reason);
  }

  #setStatus(status: StreamStatus): void {
    this.#status = status;
    for (const observer of this.#observers) observer.onStatus?.(status);
  }
}
