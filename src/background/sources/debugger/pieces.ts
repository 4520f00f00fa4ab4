/** A piece that was reported while the bytes so far were fetched: without bytes it is among those. */
export interface BodyPiece {
  size: number;
  at: number;
  bytes: Uint8Array | undefined;
}

/**
 * The most of the pieces, from the first one on, with which these bytes end.
 *
 * @param sure - so many are in them for certain
 */
export function piecesWithin(
  bytes: Uint8Array,
  pieces: readonly BodyPiece[],
  sure: number,
): readonly BodyPiece[] {
  for (let count = pieces.length; count > sure; count--) {
    let end = bytes.length;
    const fits = pieces.slice(0, count).every((_, i) => {
      const piece = pieces[count - 1 - i]!;
      end -= piece.size;
      return end >= 0 && (!piece.bytes || piece.bytes.every((byte, at) => byte === bytes[end + at]));
    });
    if (fits) return pieces.slice(0, count);
  }
  return pieces.slice(0, sure);
}
