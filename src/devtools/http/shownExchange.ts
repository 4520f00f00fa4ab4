/** The exchange that somebody was led to. */
export interface ShownExchange {
  /** Its id. */
  exchange: string;
  /** Name of the header it is about, in lower case; '' where it is about the whole. */
  header: string;
}
