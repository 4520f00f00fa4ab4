/** With what the command ends. */
export const EXIT = {
  ok: 0,
  /** It was asked for something that it cannot do: a wrong option, a file that is not there or cannot be read. */
  usage: 2,
  /** `inspect --fail-on`: something was found. */
  found: 3,
  /** The network, or a server on the other side, failed. */
  network: 4,
  /** `load`: some files could not be read, and the others are loaded. */
  partly: 5,
} as const;
