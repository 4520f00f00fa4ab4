/** What the tap knows of one XMLHttpRequest that was sent. */
export interface SentXhr {
  xhr: XMLHttpRequest;
  method: string;
  url: string;
  /** When it was sent, monotonic, ms. */
  at: number;
  stack: Error | undefined;
  /** It was sent before recording began. */
  late: boolean;
  /** Number of the stream in this document; 0 until its response proves to be an event stream. */
  stream: number;
  /** UTF-16 units of the text that have been seen. */
  seen: number;
  over: boolean;
  /** Removes our listeners; undefined while there are none. */
  stop: (() => void) | undefined;
}
