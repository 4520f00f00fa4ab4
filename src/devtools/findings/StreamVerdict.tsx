import type { Stream } from '../../shared/session/types.ts';
import { SEVERITY_NAMES } from '../../shared/text/sayDiagnosis.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { SeverityIcon } from '../ui/FindingMark.tsx';
import type { FindingsStore } from './findingsStore.ts';

export interface StreamVerdictProps {
  findings: FindingsStore;
  /** The streams of the chosen logical stream. */
  logical: readonly Stream[];
  onOpen(): void;
}

/** The worst that was found of the chosen stream, in one line over its pages; nothing where it is well. */
export function StreamVerdict({ findings, logical, onOpen }: StreamVerdictProps) {
  const ids = new Set(logical.map(({ id }) => id));
  const own = findings.kept.value.flatMap(({ severity, occurrences }) =>
    severity === 'note' ? [] : occurrences.filter(({ stream }) => ids.has(stream.id)),
  );
  const [worst] = own;
  if (!worst) return null;
  const { severity } = worst.finding;
  const { title, fix } = sayFinding(worst.finding, worst.software);
  return (
    <button type="button" class={`verdict ${severity}`} title={`${title}\n${fix}`} onClick={onOpen}>
      <SeverityIcon severity={severity} />
      <span class="sr-only">{SEVERITY_NAMES[severity]}: </span>
      <span class="verdict-title">{title}</span>
      {own.length > 1 && <span class="verdict-more">and {own.length - 1} more</span>}
    </button>
  );
}
