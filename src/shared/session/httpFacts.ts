import type { Header, Transport } from './types.ts';

/**
 * What the HTTP layer and the wire tap see of one request, in the past tense, in the order in which it happens. Times
 * are ms since the epoch.
 */
export type HttpFact =
  | RequestStarted
  /** `provisional`: as the page's process gave them, without what the network adds, `Last-Event-ID` for one. */
  | { type: 'RequestSent'; headers: Header[]; provisional?: true }
  | { type: 'Redirected'; at: number; status: number; to: string; headers: Header[] }
  | {
      type: 'ResponseStarted';
      at: number;
      status: number;
      /** `HTTP/1.1`, `h2`, …; '' when it is not told. */
      protocol: string;
      remoteAddress: string;
      headers: Header[];
      fromCache: boolean;
    }
  /** From here on the bytes come from the wire, from the first one on. */
  | { type: 'WireAttached' }
  | {
      type: 'WireBytes';
      bytes: Uint8Array;
      /** Offset in `bytes` after each chunk. */
      ends: Uint32Array;
      times: Float64Array;
    }
  /** The wire tap sees no more of it, though it goes on. `gone`: not even its end will be reported. */
  | { type: 'WireBroken'; at: number; gone: boolean }
  /** Recording stops: up to there the wire has brought everything. */
  | { type: 'WireClosed'; at: number }
  /** It is over for the page, and the browser has not said so: it says nothing of requests whose document has gone. */
  | { type: 'WireSilent'; at: number }
  /** Start of a response that is no event stream. */
  | { type: 'EvidenceSeen'; text: string }
  | {
      type: 'RequestEnded';
      at: number;
      /** The browser's name of the failure; '' after a normal end. */
      error: string;
      /** By the client: closed, aborted, or gone. */
      aborted: boolean;
    };

export interface RequestStarted {
  type: 'RequestStarted';
  at: number;
  /** Its beginning was not seen: `at` is when it was first heard of. */
  late?: true;
  /** '' when it is not known. */
  method: string;
  url: string;
  /** -1: the browser does not say. */
  tab: number;
  /** The browser's number of the frame; -1 when it is no frame's; -2 when it is not known. */
  frameId: number;
  /** It is known to be a worker's. */
  worker: boolean;
  documentUrl: string;
  /** The browser's name of the document that asks; missing where it does not say. */
  documentId?: string;
  /** Of the document above it, where it is a frame's. */
  parentDocumentId?: string;
  /** What the debugger names the document, the worker or the frame of another process; missing where it does not say. */
  debuggerName?: string;
  /** Missing where it has to be told from the headers. */
  transport?: Transport;
}
