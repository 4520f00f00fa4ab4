import { refusedCharset } from '../../shared/diagnosis/measures/connection.ts';
import { DEFAULT_RETRY } from '../../shared/diagnosis/measures/gaps.ts';
import type { FindingCode } from '../../shared/diagnosis/model/finding.ts';
import { headerOf } from '../../shared/session/headerOf.ts';
import { ProblemKind } from '../../shared/sse/types.ts';
import { formatDuration } from '../../shared/text/units/format.ts';
import type { CheckReport } from './checkUrl.ts';

/** What a client would meet. */
export interface ClientView {
  client: 'EventSource in Chromium' | 'EventSource in Firefox' | 'fetch';
  /** It gets what was sent. */
  well: boolean;
  meets: string;
}

/** Firefox waits at least this long (measured), ms. */
const FIREFOX_LEAST = 500;

/** How the clients fare that read event streams, by what was measured of them. */
export function clientsOf(report: CheckReport): ClientView[] {
  return [
    { client: 'EventSource in Chromium', ...eventSource(report, 'chromium') },
    { client: 'EventSource in Firefox', ...eventSource(report, 'firefox') },
    { client: 'fetch', ...fetched(report) },
  ];
}

type View = Omit<ClientView, 'client'>;

const has = ({ diagnosis }: CheckReport, code: FindingCode) =>
  diagnosis.findings.some((one) => one.code === code);

function eventSource(report: CheckReport, browser: 'chromium' | 'firefox'): View {
  const { exchange, columns } = report.first.connection;
  const { status, http, headers } = exchange;
  if (status === undefined) {
    if (exchange.end === 'close')
      return { well: false, meets: 'It waits, and is told nothing: neither open nor error.' };
    return browser === 'chromium'
      ? { well: false, meets: 'An error event each time, and it tries again for ever.' }
      : { well: false, meets: 'One error event, and it is CLOSED for good: Firefox does not try again.' };
  }
  if (has(report, 'cors'))
    return browser === 'chromium'
      ? {
          well: false,
          meets: 'The page of the other origin gets one error event, and it is CLOSED for good.',
        }
      : { well: false, meets: 'The page of the other origin gets an error event every 5 s, for ever.' };
  if (status === 204)
    return { well: true, meets: 'The server wants no client: CLOSED, and no request any more.' };
  if (status !== 200 || http?.evidence !== undefined)
    return {
      well: false,
      meets: `One error event, and it is CLOSED for good: ${status}, and no event stream.`,
    };
  const charset = refusedCharset(headerOf(headers, 'content-type') ?? '');
  if (charset && browser === 'chromium')
    return { well: false, meets: `Chromium drops the response for its charset ${charset}: CLOSED for good.` };
  const parts = [
    `open after ${formatDuration(exchange.respondedAt! - exchange.startedAt)}`,
    comesBack(report, browser),
  ];
  if (charset) parts.push(`it reads UTF-8, and minds no charset ${charset}`);
  if ((http?.redirects.length ?? 0) > 0)
    parts.push(
      browser === 'chromium' ? 'it comes back to the final address' : 'it comes back to the first address',
    );
  if (browser === 'firefox' && columns.all.problems.has(ProblemKind.nulInId))
    parts.push('events whose ID has a NULL are dropped');
  const dropped =
    has(report, 'linesWithoutData') || has(report, 'unterminated') || has(report, 'withoutData');
  if (dropped) parts.push('some of what is sent is dropped, see below');
  return { well: !dropped, meets: sentence(parts) };
}

/** When it would connect again after the end of a response. */
function comesBack({ retry }: CheckReport, browser: 'chromium' | 'firefox'): string {
  const told = retry ?? DEFAULT_RETRY[browser];
  const wait = browser === 'firefox' ? Math.max(told, FIREFOX_LEAST) : told;
  const why = retry === undefined ? 'its own time' : `retry: ${retry}`;
  return wait === 0
    ? `after a break it comes back at once, again and again (${why})`
    : `after a break it comes back in ${formatDuration(wait)} (${why})`;
}

function fetched(report: CheckReport): View {
  const { exchange, columns } = report.first.connection;
  if (exchange.status === undefined)
    return {
      well: false,
      meets: exchange.end === 'close' ? 'Its promise waits.' : 'Its promise is rejected with a TypeError.',
    };
  if (has(report, 'cors'))
    return { well: false, meets: 'Its promise is rejected with a TypeError, without a reason.' };
  const parts = [
    `the response after ${formatDuration(exchange.respondedAt! - exchange.startedAt)}, status ${exchange.status}`,
  ];
  if (columns.all.splitCharacters > 0)
    parts.push('chunks end inside of characters: decode with { stream: true }');
  if (columns.all.carriageReturns)
    parts.push('lines end with CR LF or CR: splitting at two line feeds finds nothing');
  parts.push('nobody comes back for it');
  return { well: exchange.status === 200 && exchange.http?.evidence === undefined, meets: sentence(parts) };
}

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
