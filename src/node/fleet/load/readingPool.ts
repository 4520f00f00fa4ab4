import { Worker } from 'node:worker_threads';
import { type Reading, type ReadOptions, readFiles } from '../read/readFiles.ts';
import { answerQuestions } from './questions.ts';

/**
 * Reads files in so many threads; 0: in this one.
 *
 * @throws what a reader or the taker of rows threw
 */
export async function readInThreads(reading: Reading, options: ReadOptions, threads: number): Promise<void> {
  if (threads === 0) {
    await readFiles(reading, options);
    return;
  }
  const workers: Worker[] = [];
  try {
    await Promise.all(
      Array.from({ length: threads }, (_, i) => {
        const folder = `${options.folder}/${i}`;
        // A file of the build, beside the command.
        const worker = new Worker(new URL('./readWorker.js', import.meta.url), {
          workerData: { ...options, folder },
        });
        workers.push(worker);
        return over(worker, reading);
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function over(worker: Worker, reading: Reading): Promise<void> {
  return new Promise((resolve, reject) => {
    answerQuestions(worker, reading, reject);
    worker.on('error', reject);
    worker.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error('A thread that reads files has ended.')),
    );
  });
}
