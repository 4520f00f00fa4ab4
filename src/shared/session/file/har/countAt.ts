import { Place } from '../json/scan.ts';

/** How many items a list has that stays where it stands. */
export function countAt(place: unknown): number {
  return place instanceof Place ? place.items : 0;
}
