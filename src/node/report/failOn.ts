import { InvalidArgumentError } from 'commander';
import { CATALOGUE } from '../../shared/diagnosis/catalogue.ts';
import type { Finding, FindingCode, Severity } from '../../shared/diagnosis/model/finding.ts';

/** Which findings end the command with a code of its own. */
export type FailOn = (finding: Finding) => boolean;

const BY_SEVERITY: Record<string, readonly Severity[]> = {
  error: ['error'],
  warning: ['error', 'warning'],
  any: ['error', 'warning', 'note'],
};

/** The value of `--fail-on`: a gate that nobody spells right must not stand open. */
export function readFailOn(text: string): FailOn {
  const severities = new Set<Severity>();
  const codes = new Set<FindingCode>();
  for (const word of text.split(',').map((one) => one.trim())) {
    const own = Object.hasOwn(BY_SEVERITY, word) ? BY_SEVERITY[word] : undefined;
    const code = CATALOGUE.find((rule) => rule.code === word)?.code;
    if (own) for (const severity of own) severities.add(severity);
    else if (code) codes.add(code);
    else
      throw new InvalidArgumentError(
        `“${word}” is neither error, warning or any, nor the code of a finding: docs/findings.md lists them.`,
      );
  }
  return ({ code, severity }) => severities.has(severity) || codes.has(code);
}
