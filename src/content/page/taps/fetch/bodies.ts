import { byteLength, bytesOf, max } from '../../natives/typedArrays.ts';
import { privateMap } from '../../natives/weak.ts';
import { now } from '../../natives/window.ts';
import type { Reporter } from '../../report/reporter.ts';
import { createLiveList } from '../liveList.ts';

/** What is known of the response before it is reported. */
export interface ResponseFacts {
  transport: 'fetch';
  method: string;
  url: string;
  openedAt: number;
  respondedAt: number;
  responseUrl: string;
  status: number;
  headers: [string, string][];
  stack: string;
}

/** One event-stream response, whatever the page made out of it. */
export interface Body {
  facts: ResponseFacts;
  /** Number in the session; 0 while it is not observed. */
  stream: number;
  /** Bytes that have been seen, by whichever branch is ahead. */
  seen: number;
  ended: boolean;
}

/** One line of reading: the response, its body, a reader; each clone and each branch of a tee is another. */
export interface Branch {
  body: Body;
  /** Bytes that were read on this branch. Only what is beyond `body.seen` is news. */
  position: number;
  /** The page has the stream of the response. */
  shown: boolean;
}

/** Remembers which of the page's objects read an event stream, and reports what they read, each byte once. */
export interface Bodies {
  branchOf(object: unknown): Branch | undefined;
  /** Whether there was any event stream in this document: nothing needs looking up before. */
  any(): boolean;
  /** Whether what is read is reported. */
  wanted(): boolean;
  follow(object: object, branch: Branch): void;
  open(facts: ResponseFacts, late: boolean): Body;
  /** A chunk was read: any view of the page's. Never throws. */
  read(branch: Branch, chunk: unknown): void;
  end(body: Body, cause: 'end' | 'error' | 'abort' | 'cancel', error?: string): void;
  lost(body: Body, reason: string): void;
  start(): void;
  stop(): void;
  unload(at: number): void;
}

export function createBodies(reporter: Reporter, nextStream: () => number): Bodies {
  const branches = privateMap<object, Branch>();
  const live = createLiveList<Body>();
  let any = false;

  function report(body: Body, late: boolean): void {
    const { facts } = body;
    const stream = nextStream();
    body.stream = stream;
    reporter.fact({
      type: 'StreamOpened',
      stream,
      at: late ? now() : facts.openedAt,
      transport: facts.transport,
      method: facts.method,
      url: facts.url,
      stack: facts.stack,
      late,
    });
    reporter.fact({
      type: 'ExchangeResponded',
      stream,
      at: late ? now() : facts.respondedAt,
      status: facts.status,
      url: facts.responseUrl,
      headers: facts.headers,
    });
  }

  return {
    branchOf: (object) => (any ? branches.get(object) : undefined),
    any: () => any,
    wanted: () => reporter.wanted(),
    follow(object, branch) {
      any = true;
      branches.set(object, branch);
    },
    open(facts, late) {
      const body: Body = { facts, stream: 0, seen: 0, ended: false };
      live.add(body);
      if (reporter.wanted()) report(body, late);
      return body;
    },
    read(branch, chunk) {
      try {
        const bytes = bytesOf(chunk);
        if (!bytes) return;
        const { body } = branch;
        const from = body.seen - branch.position;
        branch.position += byteLength(bytes);
        if (branch.position <= body.seen) return;
        body.seen = branch.position;
        if (body.stream && reporter.wanted()) reporter.bytes(body.stream, bytes, max(from, 0), now());
      } catch {}
    },
    end(body, cause, error = '') {
      if (body.ended) return;
      body.ended = true;
      if (body.stream) reporter.ended(body.stream, now(), cause, error);
    },
    lost(body, reason) {
      if (body.stream) reporter.fact({ type: 'DataLost', stream: body.stream, at: now(), count: 0, reason });
    },
    start() {
      live.each((body) => {
        if (!body.ended && !body.stream) report(body, true);
      });
    },
    stop() {
      live.each((body) => {
        body.stream = 0;
      });
    },
    unload(at) {
      live.each((body) => {
        if (body.stream && !body.ended) reporter.ended(body.stream, at, 'unload');
      });
    },
  };
}
