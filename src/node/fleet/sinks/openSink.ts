import type { FleetTarget } from '../target.ts';
import { openClickhouseSink } from './clickhouseSink.ts';
import { openDuckdbSink } from './duckdbSink.ts';
import { openParquetSink } from './parquetSink.ts';
import type { RowSink } from './sink.ts';

/** @throws {Error} with a sentence when it cannot be opened */
export function openSink(target: FleetTarget): Promise<RowSink> {
  switch (target.kind) {
    case 'duckdb':
      return openDuckdbSink(target.file);
    case 'parquet':
      return openParquetSink(target.folder);
    case 'clickhouse':
      return openClickhouseSink(target);
  }
}
