import { createRequire } from 'node:module';

/** ClickHouse's own engine, where `scripts/engines.mjs` could install it. @throws {Error} where not */
export function loadChdb() {
  return createRequire(new URL('../../node_modules/.engines/package.json', import.meta.url))('chdb');
}
