import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';
import { isWell, SEVERITY_NAMES, sayNotLookedAt } from '../../shared/text/sayDiagnosis.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { out } from './terminal.ts';

/** What was found of a stream, and what could not be looked at. */
export function printDiagnosis(diagnosis: Diagnosis): void {
  const { findings, notLookedAt, software } = diagnosis;
  for (const finding of findings) {
    const { title, why, how, doubt, fix, remedies } = sayFinding(finding, software);
    const tone = { error: out.red('●'), warning: out.yellow('●'), note: out.dim('●') }[finding.severity];
    const name = SEVERITY_NAMES[finding.severity];
    out.line`  ${tone} ${name}: ${out.bold(title)} ${out.dim(`(${finding.code})`)}\n    ${why}\n    ${how}`;
    if (doubt) out.line`    Not certain: ${doubt}`;
    out.line`    ${out.green(fix)}`;
    const [first] = remedies;
    if (first) {
      out.line`    ${out.dim(first.label)}`;
      for (const line of first.text.trimEnd().split('\n')) out.line`      ${line}`;
    }
  }
  if (findings.length > 0) out.line`  ${out.dim('docs/findings.md explains every finding.')}`;
  for (const text of sayNotLookedAt(notLookedAt)) out.line`  ${out.dim(text)}`;
  if (isWell(diagnosis)) out.line`  ${out.green('●')} Nothing was found that is wrong with it.`;
}
