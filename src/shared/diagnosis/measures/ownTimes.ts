import type { EventSample } from './samples.ts';

/** Names under which data says when it was made. */
const OWN_TIME =
  /"(?:sentAt|sent_at|ts|time|timestamp|created|createdAt|created_at|at|date)"\s*:\s*(?:"(\d{4}-\d\d-\d\dT[^"]+)"|(\d{9,16}(?:\.\d+)?))/;
const DAY = 86_400_000;

/** When an event came, and when it says that it was made, ms since the epoch. */
export interface OwnTime {
  sample: EventSample;
  arrived: number;
  made: number;
}

/**
 * The events whose data tells a time within a day of its arrival: as a number of s, ms or µs, or by ISO 8601. None where the
 * same time is told again and again: it is that of something else (each chunk of a model's answer tells when the answer was created).
 */
export function ownTimesOf(samples: readonly EventSample[]): OwnTime[] {
  const own = samples.flatMap((sample) => {
    const match = OWN_TIME.exec(sample.text ?? '');
    if (!match) return [];
    const made = match[1] ? Date.parse(match[1]) : inMs(Number(match[2]), sample.time);
    return Math.abs(made - sample.time) <= DAY ? [{ sample, arrived: sample.time, made }] : [];
  });
  const times = new Set(own.map(({ made }) => made)).size;
  return times < own.length / 2 ? [] : own;
}

function inMs(value: number, near: number): number {
  for (const factor of [1, 1000, 0.001]) if (Math.abs(value * factor - near) <= DAY) return value * factor;
  return Number.NaN;
}
