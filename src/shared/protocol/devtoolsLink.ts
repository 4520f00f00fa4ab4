/**
 * DevTools ⇄ background: a runtime port that is open as long as DevTools are. Facts in the past tense go towards the
 * panel, commands in the imperative towards the page. Members in alphabetical order. Types only.
 */
/** From the DevTools page, which lives as long as DevTools are open on a tab. */
export type DevtoolsToBackground =
  /** `again`: the port was lost, and DevTools have been open all the time. */
  | { type: 'DevtoolsOpened'; tab: number; again: boolean }
  /** Keeps the background awake while a tab records. */
  | { type: 'StillOpen' };
