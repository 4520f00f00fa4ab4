/** A tap in place. What it does when observing begins, ends, and when the document is about to go. */
export interface Tap {
  /** Reports what is open already, and observes it from here on. */
  start(): void;
  /** Takes every listener off the page's objects. */
  stop(): void;
  /** Reports the end of what is still open: the document goes. */
  unload(at: number): void;
}
