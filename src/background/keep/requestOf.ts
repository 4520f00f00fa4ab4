import { headerOf } from '../../shared/session/headerOf.ts';
import type { HttpFact } from '../../shared/session/httpFacts.ts';
import type { HttpRequest } from '../../shared/store/schema.ts';
import { exchangeSegments } from './exchangeSegments.ts';
import type { Ledger, Live } from './ledger.ts';
import { withoutFragment } from './sameAddress.ts';

/**
 * The request of an exchange as if it still waited for its stream: a page that was too busy to speak may report only now which one that
 * is. Without its bytes.
 */
export async function requestOf(ledger: Ledger, live: Live): Promise<HttpRequest | undefined> {
  const { stream, exchange } = live;
  const { http } = exchange;
  if (!http) return undefined;
  const answeredAt = exchange.respondedAt ?? http.completedAt;
  const request: HttpRequest = (await ledger.request(http.request)) ?? {
    id: http.request,
    session: stream.session,
    tab: -1,
    method: stream.methodUnknown ? '' : stream.method,
    url: withoutFragment(http.redirects[0]?.from ?? exchange.url),
    startedAt: http.requestedAt,
    ...(http.late ? { late: true as const } : {}),
    frameId: stream.frameId,
    worker: false,
    documentUrl: stream.documentUrl,
    transport: stream.transport,
    lastEventId: headerOf(http.requestHeaders, 'last-event-id') ?? '',
    headersKnown: http.requestHeaders.length > 0 && !http.provisional,
    ...(answeredAt === undefined ? {} : { answeredAt }),
    stream: '',
    exchange: 0,
    held: [],
  };
  return { ...request, stream: '', exchange: 0, held: headOf(live, request) };
}

/** What was seen of it up to its response, with its end, as facts. */
function headOf({ exchange }: Live, request: HttpRequest): HttpFact[] {
  const { status, headers = [], respondedAt, wire } = exchange;
  const { redirects, requestHeaders, requestedAt, protocol, remoteAddress, fromCache } = exchange.http!;
  const { method, url, tab, frameId, worker, documentUrl } = request;
  return [
    { type: 'RequestStarted', at: requestedAt, method, url, tab, frameId, worker, documentUrl },
    { type: 'RequestSent', headers: requestHeaders, ...(request.headersKnown ? {} : { provisional: true }) },
    ...redirects.map(
      ({ at, status, to, headers }): HttpFact => ({ type: 'Redirected', at, status, to, headers }),
    ),
    ...(wire === undefined ? [] : [{ type: 'WireAttached' } as const]),
    ...(respondedAt === undefined || status === undefined
      ? []
      : [
          {
            type: 'ResponseStarted' as const,
            at: respondedAt,
            status,
            protocol,
            remoteAddress,
            headers,
            fromCache,
          },
        ]),
    ...tailOf(exchange),
  ];
}

function tailOf({ wire, http, lastAt, startedAt }: Live['exchange']): HttpFact[] {
  const { completedAt, evidence, error = '', aborted = false } = http!;
  const at = completedAt ?? lastAt ?? startedAt;
  const facts: HttpFact[] = evidence === undefined ? [] : [{ type: 'EvidenceSeen', text: evidence }];
  if (wire === 'broken') facts.push({ type: 'WireBroken', at, gone: completedAt !== undefined });
  else if (wire === 'ended' && completedAt === undefined) facts.push({ type: 'WireClosed', at });
  if (completedAt !== undefined) facts.push({ type: 'RequestEnded', at: completedAt, error, aborted });
  return facts;
}

/** What the wire brought of it, segment by segment, as it came: all, or more than the first `most` bytes. */
export async function wireBytesOf(ledger: Ledger, live: Live, most = Infinity): Promise<HttpFact[]> {
  const facts: HttpFact[] = [];
  let size = 0;
  if (live.exchange.wire === undefined) return facts;
  for await (const { bytes, chunkEnds, chunkTimes } of exchangeSegments(await ledger.openStore(), live)) {
    const ends = Uint32Array.from(chunkEnds);
    const times = Float64Array.from(chunkTimes);
    if (bytes.length > 0) facts.push({ type: 'WireBytes', bytes, ends, times });
    size += bytes.length;
    if (size > most) break;
  }
  return facts;
}

/** What was seen of a request, with the bytes of its response in their place. */
export function withBytes(held: HttpFact[], bytes: HttpFact[]): HttpFact[] {
  const at = held.findIndex(({ type }) => type === 'ResponseStarted') + 1;
  return [...held.slice(0, at), ...bytes, ...held.slice(at)];
}
