import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/shared/diagnosis/catalogue.ts';
import { diagnose } from '../../../src/shared/diagnosis/diagnose.ts';
import type { Rule } from '../../../src/shared/diagnosis/model/rule.ts';
import { FINDING_NAMES } from '../../../src/shared/text/findings/names.ts';
import { sayFinding } from '../../../src/shared/text/sayFinding.ts';
import { scene } from '../../support/scene.ts';
import { FIXTURES } from './fixtures/all.ts';

const RULES = join(import.meta.dirname, '../../../src/shared/diagnosis/rules');
const LAYERS = { page: 'the page', http: 'requests and responses', bytes: 'the bytes (the wire)' } as const;

/** The definition of a rule: its docstring. */
function definitionOf(code: string): string[] {
  const source = readFileSync(join(RULES, `${code}.ts`), 'utf8');
  const doc = /\/\*\*\n((?: \*.*\n)+?) \*\/\nexport const/.exec(source)?.[1];
  if (!doc) throw new Error(`${code} has no docstring.`);
  const lines = doc.split('\n').map((line) => line.replace(/^ \* ?/, ''));
  return lines
    .join('\n')
    .split('\n\n')
    .map((paragraph) => paragraph.replaceAll('\n', ' ').trim());
}

function section(rule: Rule): string {
  const { code, worst, needs } = rule;
  const { findings, software } = diagnose(scene(FIXTURES[code].finds));
  const said = sayFinding(findings.find((one) => one.code === code)!, software);
  const snippets = said.remedies.map(({ label, text }) => `${label}:\n\n\`\`\`\n${text.trimEnd()}\n\`\`\``);
  return [
    `## ${code}`,
    `${FINDING_NAMES[code][0]!.toUpperCase()}${FINDING_NAMES[code].slice(1)}. At worst: ${worst}.${
      needs.length > 0 ? ` Needs ${needs.map((one) => LAYERS[one]).join(' and ')}.` : ''
    }`,
    ...definitionOf(code),
    `> **${said.title}**\n>\n> ${said.why}\n>\n> How we know: ${said.how}${said.doubt ? `\n>\n> Not certain: ${said.doubt}` : ''}\n>\n> What helps: ${said.fix}`,
    ...snippets,
  ].join('\n\n');
}

const HEAD = `# Findings

What SSE Scope says of a stream that is not well: in the Findings and Health tabs of the panel, and by \`sse-scope inspect\` and \`check\`. Each finding has a code, and a
severity: an *error* means that the page does not get what was sent, or will not again; a *warning*, that it gets it late, twice, or only by luck; a
*note* is worth knowing, and nothing is wrong yet. Below stands for each the definition, what it must not be taken for, an example of
what is said, and what to change. A finding that needs what was not observed is listed as not looked at.

This page is made from the code (\`npx vitest run test/unit/diagnosis/document.test.ts -u\`).`;

test('docs/findings.md says what the code does', async () => {
  const text = `${[HEAD, ...CATALOGUE.map(section)].join('\n\n')}\n`;
  await expect(text).toMatchFileSnapshot('../../../docs/findings.md');
});

test('every file of a rule is in the catalogue, under its own name', () => {
  for (const { code } of CATALOGUE) {
    expect(readFileSync(join(RULES, `${code}.ts`), 'utf8')).toContain(`export const ${code}: Rule = {`);
  }
});
