/** A cell of a result: times and days as ISO 8601, whole numbers that JavaScript cannot tell apart as text. */
export type Cell = string | number | boolean | null;

export interface Result {
  columns: string[];
  rows: Cell[][];
}

/** UTC days, `2026-11-28`, both included; undefined for no bound. */
export interface Days {
  since?: string | undefined;
  until?: string | undefined;
}

/** Something that answers SQL. */
export interface Source {
  query(sql: string): Promise<Result>;
  close(): Promise<void>;
}
