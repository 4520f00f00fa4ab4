import { purposeUrl } from '../../shared/diagnosis/measures/logical.ts';
import type { Software } from '../../shared/diagnosis/measures/software.ts';
import type { Finding, FindingCode, Severity } from '../../shared/diagnosis/model/finding.ts';
import type { Stream } from '../../shared/session/types.ts';
import type { StreamFindings } from '../query/findingsReader.ts';

/** A finding, and the stream that has it. */
export interface Occurrence {
  finding: Finding;
  /** The last one of the logical stream. */
  stream: Stream;
  software: readonly Software[];
}

/** The same finding in one or more streams. */
export interface FindingGroup {
  code: FindingCode;
  severity: Severity;
  /** At least one. */
  occurrences: readonly [Occurrence, ...Occurrence[]];
}

const RANKS: Record<Severity, number> = { error: 0, warning: 1, note: 2 };

/** The findings of a session: the worst first, streams that have the same one together. */
export function groupFindings(report: readonly StreamFindings[], streams: readonly Stream[]): FindingGroup[] {
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  const groups = new Map<string, { code: FindingCode; severity: Severity; occurrences: Occurrence[] }>();
  for (const { streams: ids, findings, software } of report) {
    const stream = byId.get(ids.at(-1) ?? '');
    if (!stream) continue;
    for (const finding of findings) {
      const { code, severity } = finding;
      const group = groups.get(`${severity} ${code}`) ?? { code, severity, occurrences: [] };
      groups.set(`${severity} ${code}`, group);
      group.occurrences.push({ finding, stream, software });
    }
  }
  // The sort is stable: of one severity they stay in the order in which the streams have them.
  return ([...groups.values()] as unknown as FindingGroup[]).sort(
    (a, b) => RANKS[a.severity] - RANKS[b.severity],
  );
}

/** What a finding is of, as it is remembered when it is dismissed: it comes again with each reload of the page. */
export function dismissalKey(code: FindingCode, { method, url }: Pick<Stream, 'method' | 'url'>): string {
  const purpose = purposeUrl(url);
  // Parameters may be secret, and what is dismissed outlives the session.
  return `${code} ${method} ${purpose.replace(/[?#].*$/s, '')}`;
}
