import { SCHEMA_VERSION } from '../../shared/fleet/schema/tables.ts';

/** A target with tables of another version, in a sentence. */
export function sayOtherVersion(target: string, version: number): string {
  return `${target} has tables of version ${version}, and this program has version ${SCHEMA_VERSION}: load the recordings into a new one.`;
}
