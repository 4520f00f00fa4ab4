import { ANSWERS } from '../schema/answersTable.ts';
import { CALLS } from '../schema/callsTable.ts';
import { EXCHANGES } from '../schema/exchangesTable.ts';
import { FINDINGS } from '../schema/findingsTable.ts';
import { GAPS } from '../schema/gapsTable.ts';
import { RECORDS } from '../schema/recordsTable.ts';
import { SESSIONS } from '../schema/sessionsTable.ts';
import { STREAMS } from '../schema/streamsTable.ts';
import { createRowBuffer } from './rowBuffer.ts';

/** Rows of all tables that wait to be written. */
export function createTableRows() {
  return {
    records: createRowBuffer(RECORDS),
    exchanges: createRowBuffer(EXCHANGES),
    streams: createRowBuffer(STREAMS),
    gaps: createRowBuffer(GAPS),
    findings: createRowBuffer(FINDINGS),
    answers: createRowBuffer(ANSWERS),
    calls: createRowBuffer(CALLS),
    sessions: createRowBuffer(SESSIONS),
  };
}

export type TableRows = ReturnType<typeof createTableRows>;
