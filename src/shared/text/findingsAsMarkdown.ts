import type { NotLookedAt } from '../diagnosis/diagnose.ts';
import type { Software } from '../diagnosis/measures/software.ts';
import type { Finding } from '../diagnosis/model/finding.ts';
import { REDACT_SECRETS } from '../file/source/redact.ts';
import { SEVERITY_NAMES, sayNotLookedAt } from './sayDiagnosis.ts';
import { sayFinding } from './sayFinding.ts';
import { sayPlace } from './sayPlace.ts';

/** A stream and what was found of it. */
export interface DiagnosedStream {
  method: string;
  url: string;
  findings: readonly Finding[];
  notLookedAt: readonly NotLookedAt[];
  software: readonly Software[];
}

export interface DiagnosedSession {
  name: string;
  /** Of the page. */
  url?: string;
  /** ms since the epoch. */
  recordedAt?: number;
  streams: readonly DiagnosedStream[];
}

/** What was found in a session as Markdown, to be pasted into an issue. Token-like parameters of addresses are masked. */
export function findingsAsMarkdown({ name, url, recordedAt, streams }: DiagnosedSession): string {
  const lines = [
    `# Findings: ${plain(name)}`,
    '',
    ...(url ? [`Page: ${code(url)}`, ''] : []),
    ...(recordedAt === undefined ? [] : [`Recorded: ${new Date(recordedAt).toISOString()}`, '']),
    ...streams.flatMap(streamLines),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function streamLines({ method, url, findings, notLookedAt, software }: DiagnosedStream): string[] {
  return [
    `## ${code(`${method} ${url}`)}`,
    '',
    ...(findings.length === 0 ? ['No findings.', ''] : []),
    ...findings.flatMap((finding) => findingLines(finding, software)),
    ...sayNotLookedAt(notLookedAt).flatMap((text) => [`_${plain(text)}_`, '']),
  ];
}

function findingLines(finding: Finding, software: readonly Software[]): string[] {
  const { title, why, how, doubt, fix, remedies } = sayFinding(finding, software);
  const [remedy] = remedies;
  return [
    `### ${SEVERITY_NAMES[finding.severity]}: ${plain(title)} (\`${finding.code}\`)`,
    '',
    plain(why),
    '',
    `- **How we know:** ${plain(how)}`,
    `- **How sure:** ${doubt ? `not certain. ${plain(doubt)}` : 'certain'}`,
    `- **What helps:** ${plain(fix)}`,
    ...finding.evidence.map((place) => `- **Seen at:** ${code(sayPlace(place))}`),
    '',
    ...(remedy ? [`${plain(remedy.label)}:`, '', ...fenced(remedy.text.trimEnd()), ''] : []),
  ];
}

/** Text that says in Markdown what it says, whatever signs are in it: pages and servers have a part in it. */
function plain(text: string): string {
  return REDACT_SECRETS.text(text)
    .replace(/[\\`*_[\]<>#|~]/g, '\\$&')
    .replace(/\s+/g, ' ');
}

/** CommonMark 6.1: a code span ends with as many backticks as it begins with. */
function code(text: string): string {
  const one = REDACT_SECRETS.text(text).replace(/\s+/g, ' ');
  const ticks = '`'.repeat(longestRun(one) + 1);
  const space = one.startsWith('`') || one.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${one}${space}${ticks}`;
}

/** CommonMark 4.5: a fence is closed by one that is at least as long. */
function fenced(text: string): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return [fence, text, fence];
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}
