/** What happens to the data on show, for the features that keep something of their own about it. */
export interface DataEvents {
  /** Another session is on show: nothing of the one before holds any more. */
  sessionShown?(): void;
  /** Another stream of the session is on show. */
  streamChosen?(): void;
  /** There may be more entries, and counts have changed. */
  grown?(): void;
  /** Other bytes have taken the place of those of the stream on show. */
  replaced?(): void;
  linked?(): void;
  linkBroken?(): void;
  importWritten?(session: string, problem: string): void;
}
