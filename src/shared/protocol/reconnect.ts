import type { Wire } from './wire.ts';

/** Pause before a link that was closed is made again, ms: the first one, and the longest … */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5000;
/** … and how long a link has to live for the next pause to be the first one again, ms. */
const LIVED = 10_000;

/**
 * Makes a link, and makes it again whenever the other end is gone: after a pause that doubles as long as links do not
 * live. The background may be stopped at any time, and one that cannot start would otherwise be woken without end.
 *
 * @param connect - undefined when there will never be another end: then it is over
 * @param opened - called with each link
 * @returns the link as it is at the moment; undefined during a pause, and when it is over
 */
export function keepLinked<Out, In>(
  connect: () => Wire<Out, In> | undefined,
  opened: (wire: Wire<Out, In>) => void,
  closed: (forGood: boolean) => void,
): () => Wire<Out, In> | undefined {
  let wire: Wire<Out, In> | undefined;
  let pause = FIRST_PAUSE;

  function open(): void {
    wire = connect();
    if (!wire) {
      closed(true);
      return;
    }
    const openedAt = performance.now();
    wire.closed(() => {
      wire = undefined;
      if (performance.now() - openedAt >= LIVED) pause = FIRST_PAUSE;
      closed(false);
      setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
    opened(wire);
  }
  open();
  return () => wire;
}
