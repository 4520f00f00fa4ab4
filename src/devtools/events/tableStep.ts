/**
 * The row that a key chooses; undefined for other keys. May lie outside of the table.
 *
 * @param at - the chosen row, -1 for none
 * @param page - rows that Page Up and Page Down go over
 */
export function tableStep(key: string, at: number, total: number, page: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at < 0 ? total - 1 : at - 1;
    case 'PageDown':
      return at + page;
    case 'PageUp':
      return at < 0 ? total - page : at - page;
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return undefined;
  }
}
