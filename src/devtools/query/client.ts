import type { PanelToQuery, QueryApi, QueryToPanel } from './messages.ts';

/** What is asked of the query worker. */
export interface QueryClient {
  /**
   * @param part - takes what long work hands over before its answer
   * @throws when the worker cannot answer, or the signal is aborted
   */
  ask<K extends keyof QueryApi>(
    ask: K,
    args: Parameters<QueryApi[K]>,
    signal?: AbortSignal,
    part?: (ordinals: Uint32Array) => void,
  ): Promise<ReturnType<QueryApi[K]>>;
  /** More columns of these streams are there. Returns what ends it. */
  onGrown(listener: (streams: string[]) => void): () => void;
}

/** The few things of a `Worker` that are needed here: tests put something else in its place. */
export interface WorkerLike {
  postMessage(message: PanelToQuery): void;
  addEventListener(type: 'message', listener: (event: { data: QueryToPanel }) => void): void;
}

export function createQueryClient(worker: WorkerLike): QueryClient {
  interface Waiting {
    answer(value: unknown): void;
    fail(error: Error): void;
    part: ((ordinals: Uint32Array) => void) | undefined;
  }
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(streams: string[]) => void>();
  let next = 1;

  worker.addEventListener('message', ({ data }) => {
    if ('grown' in data) {
      for (const listener of listeners) listener(data.grown);
      return;
    }
    const one = waiting.get(data.id);
    if (!one) return;
    if ('part' in data) one.part?.(data.part);
    else {
      waiting.delete(data.id);
      if ('error' in data) one.fail(Object.assign(new Error(data.error), { readable: data.readable }));
      else one.answer(data.answer);
    }
  });

  return {
    ask(ask, args, signal, part) {
      return new Promise((resolve, reject) => {
        const id = next++;
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        signal?.addEventListener(
          'abort',
          () => {
            if (!waiting.delete(id)) return;
            worker.postMessage({ id, ask: 'cancel' });
            reject(signal.reason);
          },
          { once: true },
        );
        waiting.set(id, { answer: resolve as (value: unknown) => void, fail: reject, part });
        worker.postMessage({ id, ask, args } as PanelToQuery);
      });
    },
    onGrown(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
