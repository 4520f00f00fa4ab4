import { JsonPlace } from '../json/plan.ts';

/** How many items a list has that stays where it stands. */
export function countAt(place: unknown): number {
  return place instanceof JsonPlace ? place.items : 0;
}
