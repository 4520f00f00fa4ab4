import { parentPort, workerData } from 'node:worker_threads';
import { askingReading } from '../load/questions.ts';
import { type ReadOptions, readFiles } from '../read/readFiles.ts';

// A thread of `sse-scope load`: reads the files that it is given.
await readFiles(askingReading(parentPort!), workerData as ReadOptions);
parentPort!.close();
