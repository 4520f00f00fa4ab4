/** Numbers the streams of this document, from 1, over all taps. */
export function createStreamNumbers(): () => number {
  let last = 0;
  return () => ++last;
}
