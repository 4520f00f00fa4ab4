/** Up to so many bytes nothing is suspected. */
const UNSUSPECTED = 64 << 20;
/** Text that somebody wrote packs less well than that. */
const MOST_RATIO = 200;

/** Whether so few bytes were packed to become so many: to fill the memory or the disk of whoever unpacks them. */
export function isPackedToHarm(packed: number, unpacked: number): boolean {
  return unpacked > UNSUSPECTED && unpacked > packed * MOST_RATIO;
}
