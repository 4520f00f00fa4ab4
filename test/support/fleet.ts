import { bytesAsFile } from '../../src/node/file/fileOnDisk.ts';
import type { LoadOptions } from '../../src/node/fleet/load/loadFiles.ts';
import { openFile } from '../../src/shared/file/open/openFile.ts';
import { REDACT_SECRETS } from '../../src/shared/file/source/redact.ts';
import type { RecordingOptions } from '../../src/shared/fleet/rows/recordingOptions.ts';
import { recordingRows } from '../../src/shared/fleet/rows/recordingRows.ts';
import type { RowBuffer, Value } from '../../src/shared/fleet/rows/rowBuffer.ts';
import { createTableRows } from '../../src/shared/fleet/rows/tableRows.ts';
import { loadChdb } from './chdb.mjs';

/** The engines of other people, where they run on this machine: without one, what needs it is skipped. */
export const hasDuckdb = await import('@duckdb/node-api').then(
  () => true,
  () => false,
);
export const hasChdb = canLoadChdb();
if (!hasDuckdb) console.log('DuckDB does not run here: its tests are skipped.');
if (!hasChdb) console.log('chdb does not run here: the tests of ClickHouse are skipped.');

function canLoadChdb(): boolean {
  try {
    loadChdb();
    return true;
  } catch {
    return false;
  }
}

export const ID = '0123456789abcdef0123456789abcdef';

export const RECORDING_OPTIONS: RecordingOptions = {
  id: ID,
  file: 'bug.har',
  release: '1.2',
  redactor: REDACT_SECRETS,
  masks: [],
  keepsData: true,
  browser: 'chromium',
};

export const LOAD_OPTIONS: Omit<LoadOptions, 'target'> = {
  release: '',
  masks: '',
  keepsData: true,
  keepsSecrets: false,
  browser: 'chromium',
  strict: false,
  replace: false,
  threads: 0,
};

/** The rows of a file in memory. */
export async function rowsOf(file: string | Uint8Array, more: Partial<RecordingOptions> = {}) {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
  const read = await openFile(bytesAsFile(bytes), { name: 'bug.har', id: 'file', now: 1_700_000_000_000 });
  const rows = createTableRows();
  const counts = await recordingRows(read, { ...RECORDING_OPTIONS, ...more }, rows, () => {});
  return { ...rows, counts };
}

/** Rows as objects. */
export function objectsOf(buffer: Pick<RowBuffer, 'length'> & { columns: object }): Record<string, Value>[] {
  const columns = Object.entries(buffer.columns) as [string, Value[]][];
  return Array.from({ length: buffer.length }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[i]!])),
  );
}
