/** What of the chosen stream is on show. */
export type StreamTab =
  | 'assembled'
  | 'events'
  | 'timeline'
  | 'health'
  | 'http'
  | 'statistics'
  | 'replay'
  /** Of all streams of the session. */
  | 'findings';
