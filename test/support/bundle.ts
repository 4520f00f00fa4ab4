import { resolve } from 'node:path';
import { build } from 'vite';

/** A TypeScript file and all that it imports as one script for a page. */
export async function bundle(file: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: resolve(file), formats: ['iife'], name: 'bundle', fileName: 'bundle' },
    },
  });
  const [{ output }] = result as { output: { code: string }[] }[] as [{ output: { code: string }[] }];
  return output[0]!.code;
}
