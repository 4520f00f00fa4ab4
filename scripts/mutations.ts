import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MUTATIONS, type Mutation } from '../test/simulate/mutations/mutations.ts';

/** Puts each fault into a copy of the code, and says which of them the simulator finds within so many seeds. */
export async function runMutations(root: string, seeds: number, only: string): Promise<boolean> {
  const failing = await findMutation(root, undefined, seeds);
  if (failing) {
    console.log(`The code as it is fails already: ${failing}`);
    return false;
  }
  let missed = 0;
  const chosen = MUTATIONS.filter(({ name }) => name.includes(only));
  for (const mutation of chosen) {
    const found = await findMutation(root, mutation, seeds);
    if (!found) missed++;
    console.log(`${found ? 'found  ' : 'MISSED '} ${mutation.name}${found ? `: ${found}` : ''}`);
  }
  console.log(JSON.stringify({ mutations: chosen.length, missed }));
  return missed === 0;
}

/** The first run that shows it; '' when none does. */
async function findMutation(root: string, mutation: Mutation | undefined, seeds: number): Promise<string> {
  // Below node_modules, so that the copy finds the packages that it imports.
  const copy = await mkdtemp(join(root, 'node_modules', '.mutation-'));
  try {
    await mkdir(join(copy, 'node_modules'));
    for (const folder of ['src', 'scripts', 'test/simulate']) {
      await cp(join(root, folder), join(copy, folder), { recursive: true });
    }
    if (mutation) await mutate(join(copy, mutation.file), mutation);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/run.mjs', 'scripts/simulate.ts', '--seeds', String(seeds), '--first'],
      { cwd: copy, encoding: 'utf8', maxBuffer: 64 << 20 },
    );
    const [first = '', violation = ''] = stdout.split('\n');
    if (first.startsWith('seed ')) return `${first.split(' ').slice(0, 2).join(' ')},${violation}`;
    // A run that ends in an exception shows it as well.
    return stdout.includes('"failed":0')
      ? ''
      : (stderr.split('\n').find((line) => /Error/.test(line)) ?? 'it ends');
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function mutate(file: string, { name, from, to }: Mutation): Promise<void> {
  const text = await readFile(file, 'utf8');
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`“${name}” stands ${parts.length - 1} times in ${file}.`);
  await writeFile(file, parts.join(to));
}
