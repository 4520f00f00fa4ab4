import type { SortColumn } from '../query/sortRows.ts';

/** A column of the events table. */
export interface Column {
  name: SortColumn;
  label: string;
  title: string;
  /** px; the data has what the others leave. */
  width: number;
  number: boolean;
}

export const COLUMNS: readonly Column[] = [
  { name: 'n', label: '#', title: 'Order of arrival in the stream', width: 58, number: true },
  { name: 'time', label: 'Time', title: 'Arrival of its last byte', width: 92, number: false },
  { name: 'delta', label: 'Delta', title: 'Time since the entry before', width: 72, number: true },
  {
    name: 'kind',
    label: 'Kind',
    title: 'Event, comment, retry, problem, incomplete',
    width: 76,
    number: false,
  },
  { name: 'type', label: 'Type', title: 'Event type', width: 100, number: false },
  { name: 'id', label: 'Id', title: 'Last event ID that holds for it', width: 80, number: false },
  {
    name: 'exchange',
    label: 'Conn.',
    title: 'Number of the connection that brought it',
    width: 50,
    number: true,
  },
  { name: 'size', label: 'Size', title: 'Bytes of its data', width: 60, number: true },
  { name: 'data', label: 'Data', title: 'Beginning of its data', width: 80, number: false },
];

/** How the user wants the table. */
export interface TableLayout {
  hidden: SortColumn[];
  widths: Partial<Record<SortColumn, number>>;
  /** Time of day, or since the session began. */
  relative: boolean;
}

export const DEFAULT_LAYOUT: TableLayout = { hidden: ['kind', 'exchange'], widths: {}, relative: false };

const LEAST_WIDTH = 36;
const NARROW_COLUMNS = new Set<SortColumn>(['n', 'time', 'type', 'data']);

/** The columns that the user wants to see. */
export function gridColumns({ hidden }: TableLayout): Column[] {
  return COLUMNS.filter(({ name }) => !hidden.includes(name));
}

/** Whether a column has room in a narrow table (the style sheet says which that is). */
export function fitsNarrow({ name }: Column): boolean {
  return NARROW_COLUMNS.has(name);
}

/** For `grid-template-columns`. */
export function gridOf(columns: readonly Column[], { widths }: TableLayout): string {
  return columns
    .map(({ name, width }) => (name === 'data' ? `minmax(${width}px, 1fr)` : `${widths[name] ?? width}px`))
    .join(' ');
}

export function resized(layout: TableLayout, { name }: Column, width: number): TableLayout {
  return { ...layout, widths: { ...layout.widths, [name]: Math.max(LEAST_WIDTH, Math.round(width)) } };
}

/** Shows or hides a column; the data stays. */
export function toggled(layout: TableLayout, name: SortColumn): TableLayout {
  if (name === 'data') return layout;
  const hidden = layout.hidden.includes(name)
    ? layout.hidden.filter((one) => one !== name)
    : [...layout.hidden, name];
  return { ...layout, hidden };
}
