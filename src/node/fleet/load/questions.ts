import type { MessagePort, Worker } from 'node:worker_threads';
import type { Reading } from '../read/readFiles.ts';

/* A worker asks what a reader asks, and waits for each answer. */

type Ask = keyof Reading;
interface Question {
  ask: Ask;
  args: unknown[];
}
type Answer = { answer: unknown } | { failed: true };

/** In the thread of the command. */
export function answerQuestions(worker: Worker, reading: Reading, failed: (error: Error) => void): void {
  worker.on('message', async ({ ask, args }: Question) => {
    const post = (message: Answer): void => worker.postMessage(message);
    try {
      const work = reading[ask] as (...args: unknown[]) => Promise<unknown>;
      post({ answer: await work(...args) });
    } catch (error) {
      failed(error as Error);
      post({ failed: true });
    }
  });
}

/** In the worker. */
export function askingReading(port: MessagePort): Reading {
  const ask = (name: Ask, ...args: unknown[]): Promise<never> =>
    new Promise((resolve, reject) => {
      port.once('message', (message: Answer) => {
        if ('failed' in message) reject(new Error('The command has ended.'));
        else resolve(message.answer as never);
      });
      port.postMessage({ ask: name, args } satisfies Question);
    });
  return {
    next: () => ask('next'),
    claim: (id) => ask('claim', id),
    take: (recordings, parts) => ask('take', recordings, parts),
    failed: (file, problem) => ask('failed', file, problem),
  };
}
