import { columnsOf } from '../../shared/diagnosis/measures/columns.ts';
import type { Connection } from '../../shared/diagnosis/measures/connection.ts';
import { createSegmentWriter } from '../../shared/segment/segmentWriter.ts';
import type { Exchange, Header, Redirect } from '../../shared/session/types.ts';
import { longTimeout } from '../longTimeout.ts';
import { type CodedResponse, codingsOf, decodedBody } from '../record/decodeBody.ts';

/** A connection that is made to find out how a server behaves. */
export interface ProbeRequest {
  url: string;
  headers: Header[];
  /** Certificates are not checked. */
  insecure: boolean;
  /** Ends after so many ms. */
  forMs: number;
  /** Ends when somebody wants no more. */
  signal: AbortSignal;
}

/** A response as a version of HTTP gives it. */
export interface ProbeResponse {
  status: number;
  headers: Header[];
  /** `HTTP/1.1`, `HTTP/2`. */
  protocol: string;
  remoteAddress: string;
  /** `TLSv1.3`; '' without TLS. */
  tls: string;
  body: CodedResponse;
}

/** Sends a GET request. @throws when nobody answers, with a sentence */
export type Send = (
  request: ProbeRequest & { redirected(redirect: Redirect): void },
) => Promise<ProbeResponse>;

/** What was seen of a connection. */
export interface Probe {
  connection: Connection;
  /** Why nothing came, or no more; '' where the server ended it, or we did. */
  failure: string;
  tls: string;
}

/** Bytes of a connection that are read: a server may send without end. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Bytes that are kept of an answer that is no event stream. */
const MOST_EVIDENCE = 2000;

const now = (): number => performance.timeOrigin + performance.now();

/**
 * Makes one connection and reads it for a while.
 *
 * @param number - of the connection in its stream, from 1
 * @param lastEventId - that the client has
 */
export async function probe(
  send: Send,
  request: ProbeRequest,
  number: number,
  lastEventId = '',
): Promise<Probe> {
  const exchange = newExchange(request, number, lastEventId);
  const writer = createSegmentWriter({ exchange: exchange.id, lastEventId });
  const time = new AbortController();
  const cancel = longTimeout(() => time.abort(), request.forMs);
  const signal = AbortSignal.any([request.signal, time.signal]);
  const result = { failure: '', tls: '' };
  try {
    const response = await send({
      ...request,
      signal,
      redirected: (redirect) => exchange.http!.redirects.push(redirect),
    });
    result.tls = response.tls;
    answered(exchange, response);
    result.failure = await readBody(exchange, response, (bytes) => writer.append(bytes, now()));
  } catch (error) {
    if (!signal.aborted) result.failure = (error as Error).message;
  } finally {
    cancel();
  }
  over(exchange, signal.aborted, result.failure);
  if (exchange.end !== 'close') writer.end();
  const columns = columnsOf(writer.takeChanged());
  const { bytes, entries, events } = columns.all;
  Object.assign(exchange, { bytes, entries, events });
  return { connection: { exchange, columns, transport: 'EventSource' }, ...result };
}

/** @returns why it cannot be read on; '' at its end */
async function readBody(
  exchange: Exchange,
  { status, body }: ProbeResponse,
  append: (bytes: Uint8Array) => void,
): Promise<string> {
  const type = exchange.headers?.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const isStream = status === 200 && /^\s*text\/event-stream\s*(;|$)/i.test(type);
  const read = decodedBody(body);
  if (!read) {
    body.destroy();
    return `The content coding ${codingsOf(body).join(', ')} cannot be read here`;
  }
  let size = 0;
  const evidence: Uint8Array[] = [];
  try {
    for await (const bytes of read as AsyncIterable<Uint8Array>) {
      size += bytes.length;
      if (isStream) {
        exchange.firstAt ??= now();
        exchange.lastAt = now();
        append(bytes);
      } else evidence.push(bytes);
      if (size > (isStream ? MOST_BYTES : MOST_EVIDENCE)) {
        exchange.end = 'close';
        break;
      }
    }
  } finally {
    body.destroy();
    if (!isStream)
      exchange.http!.evidence = Buffer.concat(evidence).subarray(0, MOST_EVIDENCE).toString('utf8');
  }
  return '';
}

function answered(exchange: Exchange, response: ProbeResponse): void {
  const { status, headers, protocol, remoteAddress } = response;
  Object.assign(exchange, { status, headers, respondedAt: now() });
  Object.assign(exchange.http!, { protocol, remoteAddress });
}

/** @param ours - it ended because we have seen enough */
function over(exchange: Exchange, ours: boolean, failure: string): void {
  exchange.endedAt = now();
  exchange.http!.completedAt = exchange.endedAt;
  exchange.http!.error = failure;
  exchange.http!.aborted = false;
  exchange.end ??= ours ? 'close' : failure ? 'error' : 'end';
  if (failure) exchange.error = failure;
}

function newExchange({ url, headers }: ProbeRequest, number: number, lastEventId: string): Exchange {
  const startedAt = now();
  const id = `check/${number}`;
  return {
    id,
    stream: 'check',
    session: 'check',
    number,
    method: 'GET',
    url,
    startedAt,
    fidelity: 'bytes',
    bytes: 0,
    entries: 0,
    events: 0,
    firstEntry: 0,
    lastEventIdBefore: lastEventId,
    http: {
      request: id,
      requestedAt: startedAt,
      requestHeaders: headers,
      redirects: [],
      protocol: '',
      remoteAddress: '',
      fromCache: false,
      certain: true,
    },
  };
}
