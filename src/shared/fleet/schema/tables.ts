import { ANSWERS } from './answersTable.ts';
import { CALLS } from './callsTable.ts';
import type { Table } from './column.ts';
import { EXCHANGES } from './exchangesTable.ts';
import { FINDINGS } from './findingsTable.ts';
import { GAPS } from './gapsTable.ts';
import { RECORDS } from './recordsTable.ts';
import { SESSIONS } from './sessionsTable.ts';
import { STREAMS } from './streamsTable.ts';

/** Goes up with every change that makes a column or its meaning another. */
export const SCHEMA_VERSION = 1;

/**
 * All that is loaded. `sessions` comes last: its row says that the others are there.
 */
export const TABLES = [RECORDS, EXCHANGES, STREAMS, GAPS, FINDINGS, ANSWERS, CALLS, SESSIONS] as const;

/** By what files are partitioned: hive names these folders `day=…` and `host=…`. */
export const PARTITIONS = ['day', 'host'] as const;

/** @returns names and columns in their order */
export function tableColumnsOf({ columns }: Table): [name: string, column: Table['columns'][string]][] {
  return Object.entries(columns);
}
