import { csvCell } from '../../shared/file/text/csvCell.ts';
import type { Cell, Result } from '../fleet/query/source.ts';
import { out } from './terminal.ts';
import { visible } from './visible.ts';

export type ResultFormat = 'csv' | 'json' | 'markdown' | 'table';

/** Prints an answer. What is in its cells may be anybody's. */
export function printResult(result: Result, format: ResultFormat): void {
  switch (format) {
    case 'csv':
      out.lines(csvOf(result));
      break;
    case 'json':
      out.json(objectsOf(result));
      break;
    case 'markdown':
      out.lines(markdownOf(result));
      break;
    case 'table':
      out.lines(tableOf(result));
      break;
  }
}

function objectsOf({ columns, rows }: Result): Record<string, Cell>[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])));
}

export function csvOf({ columns, rows }: Result): string {
  return [columns, ...rows].map((row) => row.map((cell) => csvCell(textOf(cell))).join(',')).join('\n');
}

export function markdownOf({ columns, rows }: Result): string {
  // What would end the cell or begin markup of its own is escaped.
  const cell = (value: Cell): string =>
    visible(textOf(value)).replace(/[\\|`*_<>[\]]/g, (sign) => `\\${sign}`);
  const line = (cells: readonly Cell[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
}

/** Longer cells are cut, characters. */
const MOST_WIDTH = 60;

export function tableOf({ columns, rows }: Result): string {
  const texts = [columns, ...rows].map((row) => row.map((cell) => cut(visible(textOf(cell)))));
  const widths = columns.map((_, i) => texts.reduce((most, row) => Math.max(most, row[i]!.length), 0));
  const isNumber = columns.map((_, i) => rows.every((row) => row[i] === null || typeof row[i] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  const [head, ...body] = texts;
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(head!), rule, ...body.map(line), `${rows.length} row${rows.length === 1 ? '' : 's'}`].join(
    '\n',
  );
}

function textOf(cell: Cell): string {
  return cell === null ? '' : String(cell);
}

function cut(text: string): string {
  return text.length > MOST_WIDTH ? `${text.slice(0, MOST_WIDTH - 1)}…` : text;
}
