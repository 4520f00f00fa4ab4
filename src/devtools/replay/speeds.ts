/** How fast a recording is played, beside its own speed. */
export type Speed = number | 'max';

/** The speeds that the panel offers. */
export const SPEEDS: readonly Speed[] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 'max'];

/** What a choice of speed says. */
export function speedOf(text: string): Speed {
  return text === 'max' ? 'max' : Number(text);
}
