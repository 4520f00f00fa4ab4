import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';
import type { Severity } from '../../shared/diagnosis/model/finding.ts';

const RANKS: Record<Severity, number> = { error: 0, warning: 1, note: 2 };

/** One diagnosis of several connections to one address: each finding once, where it is seen first. */
export function mergeDiagnoses(all: readonly Diagnosis[]): Diagnosis {
  const findings: Diagnosis['findings'] = [];
  for (const diagnosis of all) {
    for (const finding of diagnosis.findings)
      if (!findings.some(({ code }) => code === finding.code)) findings.push(finding);
  }
  findings.sort((a, b) => RANKS[a.severity] - RANKS[b.severity]);
  const found = new Set(findings.map(({ code }) => code));
  const [first] = all;
  return {
    findings,
    // The first one was read longest: what could not be looked at there could nowhere.
    notLookedAt: first?.notLookedAt.filter(({ code }) => !found.has(code)) ?? [],
    passed: first?.passed.filter((code) => !found.has(code)) ?? [],
    software: [...new Set(all.flatMap(({ software }) => software))],
  };
}
