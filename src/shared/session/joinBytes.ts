/** Pieces one after the other. A single one is not copied. */
export function joinBytes<T extends ArrayBufferLike>(...pieces: readonly Uint8Array<T>[]): Uint8Array<T> {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0)) as Uint8Array<T>;
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
