import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';
import type { Header } from '../../shared/session/types.ts';
import { sleep } from '../longTimeout.ts';
import { corsFindings } from './corsFindings.ts';
import { diagnoseProbes } from './diagnoseProbes.ts';
import { type Probe, type ProbeRequest, probe } from './probe.ts';
import { type Resumed, resumedOf } from './resumed.ts';
import { sendHttp1 } from './sendHttp1.ts';
import { NoHttp2, sendHttp2 } from './sendHttp2.ts';

export interface CheckOptions {
  headers: Header[];
  /** How long the first connection is read, ms; the others are read for a part of it. */
  forMs: number;
  insecure: boolean;
  /** Of the page that would open the stream, where it is of another origin. */
  origin: string | undefined;
  /** The page would send cookies along. */
  credentials: boolean;
  signal: AbortSignal;
  /** Told of what happens, in words. */
  say(text: string): void;
}

/** What was seen of a stream. */
export interface CheckReport {
  url: string;
  first: Probe;
  /** With the last event ID of the first; undefined where there was none to send, or nothing to come back to. */
  withId: Probe | undefined;
  without: Probe | undefined;
  /** 'none': without TLS browsers speak no HTTP/2. 'refused': the server chose another version. */
  http2: Probe | 'none' | 'refused';
  resumed: Resumed;
  /** ms that a client was told to wait; undefined where it is not told. */
  retry: number | undefined;
  diagnosis: Diagnosis;
}

/** The later connections are read at most so long, ms. */
const AGAIN_MS = 4000;
/** A client is told to wait: so long is waited at most, ms, and at least. */
const MOST_WAIT = 5000;
const LEAST_WAIT = 200;

/** Finds out how a stream is for a client: reads it, comes back with and without `Last-Event-ID`, and asks over HTTP/2. */
export async function checkUrl(url: string, options: CheckOptions): Promise<CheckReport> {
  const { forMs, signal, say } = options;
  const again = Math.min(AGAIN_MS, forMs);
  say(`Reading for ${forMs / 1000} s …`);
  const first = await probe(sendHttp1, requestOf(url, options, forMs), 1);
  const { exchange, columns } = first.connection;
  const retry = columns.all.retries.at(-1)?.ms;
  const isStream = columns.all.bytes > 0 || (exchange.status === 200 && !exchange.http?.evidence);
  const goesOn = isStream && !signal.aborted;
  let withId: Probe | undefined;
  let without: Probe | undefined;
  if (goesOn) {
    await sleep(Math.min(Math.max(retry ?? LEAST_WAIT, LEAST_WAIT), MOST_WAIT), signal);
    const { lastId } = columns.all;
    if (lastId !== '') {
      say('Coming back with Last-Event-ID …');
      withId = await probe(sendHttp1, requestOf(url, options, again, lastId), 2, lastId);
    }
    say('Coming back without Last-Event-ID …');
    without = await probe(sendHttp1, requestOf(url, options, again), withId ? 3 : 2);
  }
  const http2 = await tryHttp2(exchange.http?.redirects.at(-1)?.to ?? url, options, again);
  const report = { url, first, withId, without, http2, retry };
  return {
    ...report,
    resumed: resumedOf(columns, withId?.connection.columns, without?.connection.columns),
    diagnosis: diagnosisOf(report, options),
  };
}

async function tryHttp2(url: string, options: CheckOptions, forMs: number): Promise<CheckReport['http2']> {
  if (!url.startsWith('https:')) return 'none';
  options.say('Asking over HTTP/2 …');
  let refused = false;
  const result = await probe(
    (request) =>
      sendHttp2(request).catch((error: Error) => {
        refused = error instanceof NoHttp2;
        throw error;
      }),
    requestOf(url, options, forMs),
    9,
  );
  return refused ? 'refused' : result;
}

/** As a browser's `EventSource` asks. */
function requestOf(url: string, options: CheckOptions, forMs: number, lastEventId = ''): ProbeRequest {
  const { headers, insecure, origin, signal } = options;
  const own: Header[] = [
    ['Accept', 'text/event-stream'],
    ['Cache-Control', 'no-cache'],
    ['Accept-Encoding', 'gzip, deflate, br'],
    ...(origin ? [['Origin', origin] as Header] : []),
    ...(lastEventId ? [['Last-Event-ID', lastEventId] as Header] : []),
  ];
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  return {
    url,
    headers: [...own.filter(([name]) => !given.has(name.toLowerCase())), ...headers],
    insecure,
    forMs,
    signal,
  };
}

/** What the rules say: of the connections that follow each other as one stream, of the others by themselves. */
function diagnosisOf(
  { url, first, withId, without, http2 }: Pick<CheckReport, 'url' | 'first' | 'withId' | 'without' | 'http2'>,
  options: CheckOptions,
): Diagnosis {
  const followed = withId ? [[first, withId]] : [];
  const others = [without, typeof http2 === 'string' ? undefined : http2].flatMap((one) =>
    one && one.connection.exchange.respondedAt !== undefined ? [[one]] : [],
  );
  const diagnosis = diagnoseProbes(url, [[first], ...followed, ...others]);
  return corsFindings(diagnosis, first.connection.exchange, options);
}
