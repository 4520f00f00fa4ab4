import type { Header } from '../../session/types.ts';

/** Longest text that is taken over from a file, but for the streams themselves, UTF-16 units. */
const MOST_TEXT = 20_000;
const MOST_HEADERS = 500;
/** The year 9999, ms since the epoch. */
const LATEST = 253_402_300_799_000;

/* What comes from a file may be anything: these take what is right, and leave the rest out. */

export type Fields = Record<string, unknown>;

/** The own properties of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value.slice(0, MOST_TEXT) : otherwise;
}

export function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

export function countOr(value: unknown, otherwise: number): number {
  return Math.max(0, Math.floor(numberOr(value, otherwise)));
}

/** A moment, ms since the epoch, from a number or an ISO date. */
export function timeOr<T>(value: unknown, otherwise: T): number | T {
  const time = typeof value === 'string' ? Date.parse(value) : value;
  return typeof time === 'number' && time >= 0 && time <= LATEST ? time : otherwise;
}

/** The nearest moment of those that {@link timeOr} takes. */
export function nearestTime(time: number): number {
  return Math.min(Math.max(time, 0), LATEST);
}

export function oneOf<T extends string, U>(value: unknown, allowed: readonly T[], otherwise: U): T | U {
  return allowed.includes(value as T) ? (value as T) : otherwise;
}

/** Headers as HAR has them, `{name, value}`, or as we do, `[name, value]`. */
export function headersOf(value: unknown): Header[] {
  return listOf(value)
    .slice(0, MOST_HEADERS)
    .flatMap((one): Header[] => {
      const [name, text] = Array.isArray(one) ? one : [fieldsOf(one).name, fieldsOf(one).value];
      return typeof name === 'string' && typeof text === 'string'
        ? [[textOr(name, ''), textOr(text, '')]]
        : [];
    });
}
