import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { outcomeOf } from '../../shared/session/outcome.ts';
import type { Session, Stream } from '../../shared/session/types.ts';
import { sayOutcome } from '../../shared/text/sayOutcome.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import type { Statistics } from '../query/statistics.ts';

/** The numbers as Markdown, to be pasted into an issue. */
export function reportOf(
  session: Session | undefined,
  stream: Stream,
  { events, comments, problems, types, between, size }: Statistics,
  exchanges: readonly ExchangeOutline[],
  all: boolean,
): string {
  const failures = new Map<string, number>();
  for (const exchange of exchanges) {
    const failure = sayOutcome(outcomeOf(exchange), exchange);
    if (failure) failures.set(failure, (failures.get(failure) ?? 0) + 1);
  }
  const spread = (of: Statistics['between'], format: (value: number) => string) =>
    Number.isNaN(of.max) ? '–' : [of.p50, of.p95, of.p99, of.max].map(format).join(' / ');
  const lines = [
    `## ${all ? 'All streams' : `${stream.method} ${stream.url}`}`,
    '',
    ...(session
      ? [`Page: ${session.url}  `, `Recorded: ${new Date(session.startedAt).toISOString()}`, '']
      : []),
    '| | |',
    '|---|---|',
    `| Connections | ${formatCount(exchanges.length)} |`,
    ...[...failures].map(([failure, count]) => `| Failed: ${cell(failure)} | ${formatCount(count)} |`),
    `| Events | ${formatCount(events)} |`,
    `| Comments | ${formatCount(comments)} |`,
    `| Problems | ${formatCount(problems)} |`,
    `| Bytes | ${formatBytes(exchanges.reduce((sum, one) => sum + one.bytes, 0))} |`,
    `| Time between events, p50 / p95 / p99 / max | ${spread(between, formatDuration)} |`,
    `| Size of data, p50 / p95 / p99 / max | ${spread(size, formatBytes)} |`,
    '',
    '| Type | Events | Bytes |',
    '|---|--:|--:|',
    ...types
      .slice(0, 20)
      .map((one) => `| ${cell(one.type)} | ${formatCount(one.events)} | ${formatBytes(one.bytes)} |`),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a stream says must not break the table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/[\r\n]+/g, ' ');
}
