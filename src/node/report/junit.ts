import type { Layer } from '../../shared/diagnosis/model/rule.ts';
import { FINDING_NAMES } from '../../shared/text/findings/names.ts';
import { SEVERITY_NAMES, sayLack } from '../../shared/text/sayDiagnosis.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { sayPlace } from '../../shared/text/sayPlace.ts';
import type { Report, ReportedStream } from './report.ts';

/**
 * A report as JUnit XML, which CI servers show: a suite for each stream, a case for each check. Errors and warnings are failures,
 * what could not be looked at is skipped.
 */
export function junitOf({ name, streams }: Report): string {
  const suites = streams.map(suiteOf);
  const sum = (count: (suite: Suite) => number) => suites.reduce((all, one) => all + count(one), 0);
  const head = attributes({
    name,
    tests: sum(({ cases }) => cases.length),
    failures: sum(({ failures }) => failures),
    skipped: sum(({ skipped }) => skipped),
  });
  const all = suites.flatMap(({ lines }) => lines).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${head}>\n${all}\n</testsuites>\n`;
}

interface Suite {
  cases: string[];
  failures: number;
  skipped: number;
  lines: string[];
}

function suiteOf({ method, url, diagnosis }: ReportedStream): Suite {
  const name = `${method} ${url}`;
  const { findings, passed, notLookedAt, software } = diagnosis;
  const cases: string[] = [];
  let failures = 0;
  const testCase = (code: keyof typeof FINDING_NAMES, content = ''): void => {
    const head = `<testcase ${attributes({ classname: name, name: `${code}: ${FINDING_NAMES[code]}` })}`;
    cases.push(content === '' ? `${head}/>` : `${head}>${content}</testcase>`);
  };
  for (const finding of findings) {
    const { title, why, how, doubt, fix } = sayFinding(finding, software);
    const places = finding.evidence.map((place) => `- ${sayPlace(place)}`);
    const text = [why, how, ...(doubt ? [`Not certain: ${doubt}`] : []), `What helps: ${fix}`, ...places];
    if (finding.severity === 'note') {
      testCase(finding.code, `<system-out>${xml([`${title}.`, ...text].join('\n'))}</system-out>`);
      continue;
    }
    failures++;
    const head = attributes({ message: title, type: SEVERITY_NAMES[finding.severity].toLowerCase() });
    testCase(finding.code, `<failure ${head}>${xml(text.join('\n'))}</failure>`);
  }
  for (const code of passed) testCase(code);
  for (const { code, lacks } of notLookedAt)
    testCase(code, `<skipped ${attributes({ message: lack(lacks) })}/>`);
  const skipped = notLookedAt.length;
  const head = attributes({ name, tests: cases.length, failures, skipped });
  return { cases, failures, skipped, lines: [`<testsuite ${head}>`, ...cases, '</testsuite>'] };
}

function lack(layer: Layer): string {
  return `Not looked at: ${sayLack(layer)}`;
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${xml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join(' ');
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
/** XML 1.0, 2.2: Char excludes most control characters, surrogates, U+FFFE and U+FFFF, and has no way to write them. */
const NO_CHAR = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function xml(text: string): string {
  return text.replace(NO_CHAR, '\ufffd').replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
}
