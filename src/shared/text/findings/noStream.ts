import { formatBytes, formatDuration } from '../units/format.ts';
import { counted, type Saying, type Sayings } from './saying.ts';

const LOOKS = {
  app: 'the application’s own page, not the API',
  login: 'a login page',
  html: 'a page',
  json: 'JSON: an error, perhaps, with status 200',
  lines: 'lines of JSON (NDJSON)',
  other: 'something else',
} as const;

/** Findings about requests that brought no stream. */
export const NO_STREAM: Sayings<
  | 'statusEnds'
  | 'wrongType'
  | 'redirectedAway'
  | 'charset'
  | 'cors'
  | 'neverSent'
  | 'fromCache'
  | 'cacheable'
  | 'contentLength'
  | 'sixConnections'
> = {
  statusEnds: ({ status, goodBefore, openBefore, retryAfter, tried }) => ({
    title:
      status === 204
        ? 'The server told the client to stop (204)'
        : `Status ${status}${tried ? '' : ' ends the stream'}`,
    why: tried
      ? 'The client has to decide by itself whether it asks again.'
      : 'An EventSource does not ask again after any status other than 200, whatever retry says.',
    how: `The answer had the status ${status}${retryAfter ? ` and Retry-After: ${retryAfter}` : ''}.${goodBefore > 0 ? ` ${counted(goodBefore, 'connection')} delivered before, for ${formatDuration(openBefore)}.` : ''}`,
    fix: statusFix(status),
  }),
  wrongType: ({ contentType, looks }) => ({
    title: `The answer is no event stream but ${LOOKS[looks]}`,
    why: 'An EventSource takes nothing but text/event-stream, and does not ask again.',
    how:
      contentType === ''
        ? 'The response has no Content-Type.'
        : `The response has Content-Type: ${contentType}.`,
    fix:
      looks === 'app' || looks === 'html'
        ? 'Check the path of the stream: the web server answers unknown paths with the application’s page. Route it to the API.'
        : looks === 'login'
          ? 'The session has ended: answer with 401 instead of a login page, and renew it before the stream is opened.'
          : 'Send Content-Type: text/event-stream with the stream, and a status other than 200 with an error.',
  }),
  redirectedAway: ({ to, status, contentType, login }) => ({
    title: `Redirected ${login ? 'to a login page' : `to ${to}`}`,
    why: 'The client followed the redirect, and what came at its end is no stream.',
    how: `The last redirect went to ${to}, which answered with the status ${status}${contentType ? ` and Content-Type: ${contentType}` : ''}.`,
    fix: 'Answer requests with Accept: text/event-stream with 401 instead of a redirect, and correct the address where the redirect is one of the path.',
  }),
  charset: ({ charset, dropped }) => ({
    title: `The charset ${charset} ${dropped ? 'makes Chromium drop the stream' : 'is refused by Chromium'}`,
    why: 'Chromium takes an event stream in UTF-8 only, and calls the response aborted. Firefox reads on as UTF-8.',
    how: `The Content-Type names the charset ${charset}.`,
    fix: 'Send Content-Type: text/event-stream, without a charset: a stream is UTF-8 always.',
  }),
  cors: ({ lacks, origin, allowed, asksAgain }) => ({
    title:
      lacks === 'header'
        ? 'Blocked by CORS: Access-Control-Allow-Origin is missing'
        : lacks === 'origin'
          ? `Blocked by CORS: ${allowed} is allowed, not ${origin}`
          : lacks === 'credentials'
            ? 'Blocked by CORS: the response does not allow credentials'
            : 'Refused by the browser, most likely by CORS',
    why: asksAgain
      ? 'The browser keeps the response from the page. Firefox asks again every 5 s for ever.'
      : 'The browser keeps the response from the page. Chromium closes the EventSource.',
    how:
      lacks === 'header'
        ? `The page is of ${origin}, and the response has no Access-Control-Allow-Origin.`
        : lacks === 'origin'
          ? `The page is of ${origin}, and the response has Access-Control-Allow-Origin: ${allowed}.`
          : lacks === 'unseen'
            ? `The page is of ${origin}, the stream of another origin, and the browser failed it without a reason of the network. The headers of the response were not seen.`
            : `The request was made with credentials, and the response has Access-Control-Allow-Origin: ${allowed}${allowed === '*' ? '' : ' without Access-Control-Allow-Credentials: true'}.`,
    otherwise:
      lacks === 'unseen'
        ? 'Another extension may have stopped it. The console names the reason; the wire shows the headers.'
        : 'No cookie was seen with the request: that it was made with credentials is told by the failure alone.',
    fix: `Send Access-Control-Allow-Origin: ${origin}${lacks === 'credentials' ? ', Access-Control-Allow-Credentials: true' : ''} and Vary: Origin.`,
  }),
  neverSent: ({ mixedContent }) => ({
    title: mixedContent
      ? 'Blocked as mixed content: a page of https asks an address of http'
      : 'The browser refused the stream before a request was sent',
    why: 'Nothing was lost on the network: the server has never heard of it. The EventSource is closed for good.',
    how: 'The stream failed, and no request of it was seen.',
    otherwise:
      'It may be a Content-Security-Policy (connect-src), another extension, a service worker, or a request that was not observed. The console names it.',
    fix: mixedContent
      ? 'Serve the stream over https.'
      : 'Add the address to connect-src of the page’s Content-Security-Policy, and try without other extensions.',
  }),
  fromCache: ({ sign }) => ({
    title: 'The stream came out of a cache',
    why: 'Somebody else’s events, or old ones, are delivered as if they were new.',
    how:
      sign === ''
        ? 'The browser took the response from its cache.'
        : `The response header ${sign} tells of a hit.`,
    fix: 'Send Cache-Control: no-store with the stream, and let caches pass it by.',
  }),
  cacheable: () => ({
    title: 'A cache may keep this response',
    why: 'It ended, and nothing in it says how long it may be kept. A shared cache may give it to the next client.',
    how: 'The response has no Cache-Control.',
    fix: 'Send Cache-Control: no-store.',
  }),
  contentLength: ({ length, bytes }) => ({
    title: `Content-Length: ${length} on a stream`,
    why: 'The client takes the response to be over after so many bytes, and reconnects.',
    how: `The response has Content-Length: ${length}; ${formatBytes(bytes)} came.`,
    fix: 'Leave the header out: the response is then sent in chunks (Fastify: reply.raw.removeHeader).',
  }),
  sixConnections: ({ open, waiting, host }) => ({
    title:
      waiting > 0
        ? `${counted(waiting, 'stream')} to ${host} ${waiting === 1 ? 'waits' : 'wait'} for one of six connections`
        : `All six connections to ${host} are taken by streams`,
    why: 'A browser opens six connections to a host over HTTP/1.1, all tabs together. Every other request to the host waits too, without an error.',
    how: `${counted(open, 'stream')} of this page ${open === 1 ? 'is' : 'are'} open to it over HTTP/1.1.`,
    fix: 'Serve the host over HTTP/2, or use one stream for all; share it between tabs by a SharedWorker or a BroadcastChannel.',
  }),
};

function statusFix(status: number): Saying['fix'] {
  switch (status) {
    case 204:
      return 'Nothing has to change, if that was meant: it is how a server ends a stream for good.';
    case 401:
    case 403:
      return 'Renew the session or the token, and open the stream anew: an EventSource does not do so by itself.';
    case 404:
    case 405:
      return 'Check the path and the method of the route: the stream has to answer GET there.';
    case 409:
    case 429:
    case 503:
      return 'Release the old connection at the server when its client goes, and let the page open the stream anew after Retry-After.';
    default:
      return 'Open the stream anew in onerror when readyState is CLOSED, and wait longer each time. Let a deploy finish old connections before it takes the server away.';
  }
}
