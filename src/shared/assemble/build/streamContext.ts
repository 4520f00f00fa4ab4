/** One dispatched event of a stream. */
export interface StreamEvent {
  /** Its number among the dispatched events, from 1. */
  n: number;
  /** `message` where the stream names none. */
  type: string;
  data: string;
  /** The last event ID that holds for it. */
  id: string;
}

/** An event whose data has been looked at as JSON. */
export interface JsonEvent extends StreamEvent {
  /** Undefined where the data is no JSON. */
  json: unknown;
}

/** What is known of a stream beside its events. */
export interface StreamContext {
  /** `lines`: each line of the body is an object, and an event here. */
  framing: 'lines' | 'sse';
  url: string;
  method: string;
  requestHeaders: readonly (readonly [name: string, value: string])[];
  headers: readonly (readonly [name: string, value: string])[];
  /** The body of the request, where it is known. */
  requestBody?: string;
}

/** How far a stream is. */
export interface StreamEnding {
  /** The stream goes on. */
  open: boolean;
  /** Every event of it was seen, from the first one on. */
  whole: boolean;
  /** A `retry` field came after the last event. */
  retryAtEnd?: boolean;
}
