import { formatCount } from '../../shared/text/units/format.ts';

/** "1 stream", "2 streams". */
export function countText(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
