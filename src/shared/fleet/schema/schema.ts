import { ANSWERS } from './answers.ts';
import { CALLS } from './calls.ts';
import type { Table } from './column.ts';
import { EXCHANGES } from './exchanges.ts';
import { FINDINGS } from './findings.ts';
import { GAPS } from './gaps.ts';
import { RECORDS } from './records.ts';
import { SESSIONS } from './sessions.ts';
import { STREAMS } from './streams.ts';

/** Goes up with every change that makes a column or its meaning another. */
export const SCHEMA_VERSION = 1;

/**
 * All that is loaded. `sessions` comes last: its row says that the others are there.
 */
export const TABLES = [RECORDS, EXCHANGES, STREAMS, GAPS, FINDINGS, ANSWERS, CALLS, SESSIONS] as const;

/** By what files are partitioned: hive names these folders `day=…` and `host=…`. */
export const PARTITIONS = ['day', 'host'] as const;

/** @returns names and columns in their order */
export function columnsOf({ columns }: Table): [name: string, column: Table['columns'][string]][] {
  return Object.entries(columns);
}
