import type { Session } from '../../shared/session/types.ts';
import { findingsAsMarkdown } from '../../shared/text/findingsAsMarkdown.ts';
import type { StreamFindings } from '../query/findingsReader.ts';
import type { FindingGroup } from './groupFindings.ts';

/** Findings as Markdown, to be pasted into an issue: those of each stream together. */
export function copiedFindings(
  session: Session | undefined,
  groups: readonly FindingGroup[],
  report: readonly StreamFindings[],
): string {
  const all = groups.flatMap(({ occurrences }) => occurrences);
  const streams = report.flatMap(({ streams: ids, notLookedAt }) => {
    const own = all.filter(({ stream }) => stream.id === ids.at(-1));
    const [first] = own;
    if (!first) return [];
    const { method, url } = first.stream;
    const findings = own.map(({ finding }) => finding);
    return [{ method, url, findings, notLookedAt, software: first.software }];
  });
  return findingsAsMarkdown({
    name: session?.name || session?.title || session?.url || 'Streams',
    ...(session ? { url: session.url, recordedAt: session.startedAt } : {}),
    streams,
  });
}
