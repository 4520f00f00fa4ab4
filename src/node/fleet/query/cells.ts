import type { Cell } from './source.ts';

/** A whole number as far as JavaScript tells it apart, otherwise as text. */
export function wholeCell(value: bigint): Cell {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A number that JSON can hold. */
export function numberCell(value: number): Cell {
  return Number.isFinite(value) ? value : null;
}

/** @param micros - since the epoch, UTC */
export function timeCell(micros: bigint): string {
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n);
  const rest = String(micros - seconds * 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${date}${rest === '' ? '' : `.${rest}`}Z`;
}

/** @param days - since the epoch */
export function dayCell(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}
