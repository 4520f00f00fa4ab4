import { ANSWERS } from '../schema/answers.ts';
import { CALLS } from '../schema/calls.ts';
import { EXCHANGES } from '../schema/exchanges.ts';
import { FINDINGS } from '../schema/findings.ts';
import { GAPS } from '../schema/gaps.ts';
import { RECORDS } from '../schema/records.ts';
import { SESSIONS } from '../schema/sessions.ts';
import { STREAMS } from '../schema/streams.ts';
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
