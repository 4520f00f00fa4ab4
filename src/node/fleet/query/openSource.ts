import type { FleetTarget } from '../target.ts';
import { openClickhouseSource } from './clickhouseSource.ts';
import { openDuckdbSource } from './duckdbSource.ts';
import type { Days, Source } from './source.ts';

/** @throws {Error} with a sentence when it cannot be opened, or holds no recordings */
export function openSource(target: FleetTarget, days: Days): Promise<Source> {
  return target.kind === 'clickhouse' ? openClickhouseSource(target, days) : openDuckdbSource(target, days);
}
