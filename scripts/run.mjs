// Runs a TypeScript program: node scripts/run.mjs FILE [arguments]. Vite, which is there anyway, takes the types out.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runnerImport } from 'vite';

const file = resolve(process.argv[2]);
process.argv.splice(1, 2, file);
await runnerImport(pathToFileURL(file).href, { configFile: false, logLevel: 'error' });
