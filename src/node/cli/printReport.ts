import { InvalidArgumentError } from 'commander';
import { findingsAsMarkdown } from '../../shared/text/findingsAsMarkdown.ts';
import { junitOf } from '../report/junit.ts';
import type { Report } from '../report/report.ts';
import { sarifOf } from '../report/sarif.ts';
import { out } from './terminal.ts';

/** What a report can be written as. */
export const REPORT_FORMATS = ['text', 'json', 'sarif', 'junit', 'markdown'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The value of `--format`. */
export function readFormat(text: string): ReportFormat {
  const format = REPORT_FORMATS.find((one) => one === text);
  if (!format) throw new InvalidArgumentError(`“${text}” is none of ${REPORT_FORMATS.join(', ')}.`);
  return format;
}

/** Writes a report in one of the formats that other programs read. */
export function printReport(report: Report, format: 'sarif' | 'junit' | 'markdown'): void {
  switch (format) {
    case 'sarif':
      out.json(sarifOf(report));
      return;
    case 'junit':
      out.lines(junitOf(report));
      return;
    case 'markdown':
      out.lines(
        findingsAsMarkdown({
          name: report.name,
          streams: report.streams.map(({ diagnosis, ...stream }) => ({ ...stream, ...diagnosis })),
        }),
      );
  }
}
