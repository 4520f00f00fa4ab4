// Runs a TypeScript program: node scripts/run.mjs FILE [arguments]. It is bundled by Vite first, as what is shipped is.
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
const file = resolve(process.argv[2]);
process.argv.splice(1, 2, file);

// Inside node_modules, so that the bundle finds the packages that it imports.
const outDir = await mkdtemp(join(root, 'node_modules', '.run-'));
await build({
  root,
  configFile: false,
  logLevel: 'error',
  build: {
    ssr: file,
    outDir,
    emptyOutDir: false,
    minify: false,
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'program.mjs' } },
  },
});
await import(pathToFileURL(join(outDir, 'program.mjs')).href).finally(() =>
  rm(outDir, { recursive: true, force: true }),
);
