import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SERVE_COMMAND } from '../../src/shared/replay/serveCommand.ts';

/* The package is private: its name in the registry is free, and who takes it would run code where a text says "npx sse-scope". */

const { version, ...packageJson } = JSON.parse(readFileSync('package.json', 'utf8'));

const FETCHES = /\b(npx|bunx|npm (exec|x|init)|(pnpm|yarn) (dlx|create))\b[^\n]*sse-scope/;
/** Installing what is no file: `./sse-scope-0.1.0.tgz` is one. */
const INSTALLS = /\b(npm|pnpm|yarn|bun) (i|install|add)\b[^\n]*\s['"]?sse-scope\b/;

const texts = [
  ...['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'manifest.json', 'package.json'],
  ...['src', 'docs', 'demo', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(tsx?|m?js|md|json|html)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  ),
];

test('no text names a command that fetches this package from a registry', () => {
  expect(packageJson.private).toBe(true);
  for (const text of ['npx sse-scope serve', 'npx -y sse-scope@0.1.0', 'npm exec sse-scope'])
    expect(text).toMatch(FETCHES);
  expect('npm install --save-dev sse-scope').toMatch(INSTALLS);
  expect(`npm install ./sse-scope-${version}.tgz`).not.toMatch(INSTALLS);
  expect(texts.length).toBeGreaterThan(200);
  const wrong = texts.filter((file) => {
    const text = readFileSync(file, 'utf8');
    return FETCHES.test(text) || INSTALLS.test(text);
  });
  expect(wrong).toEqual([]);
});

test('the command that the panel names runs the file of the package, and the documents name the same', () => {
  expect(SERVE_COMMAND).toBe(`node ${packageJson.bin['sse-scope']} serve`);
  for (const file of ['README.md', 'docs/replay.md'])
    expect(readFileSync(file, 'utf8')).toContain(SERVE_COMMAND);
});
