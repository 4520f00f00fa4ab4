import { isSecretHeader } from '../../shared/file/source/redact.ts';
import type { Exchange, Header, Stream } from '../../shared/session/types.ts';
import { shellQuote } from './shellQuote.ts';

/** Headers that a client sets by itself, or that no script may set. */
const OWN = /^(host|connection|content-length|accept-encoding|user-agent|sec-.*|referer|origin|cookie|:.*)$/i;
/** RFC 9110, 5.6.2: token = 1*tchar. curl reads a file where a "header" begins with "@". */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Headers that can be sent: what a page or a file calls a header may be anything. */
function headersToSend(exchange: Exchange): Header[] {
  const sent = exchange.http?.requestHeaders ?? [['Accept', 'text/event-stream'] as Header];
  return (
    sent
      .filter(([name, value]) => TOKEN.test(name) && !OWN.test(name) && !/[\0\r\n]/.test(value))
      // Credentials stay out of the clipboard.
      .map(([name, value]) => [name, isSecretHeader(name) ? '…' : value])
  );
}

/** RFC 9110, 9.3.1 and 9.3.2: content of a GET or HEAD request has no meaning; `fetch` refuses it. */
function hasBody({ method }: Exchange): boolean {
  return !/^(GET|HEAD)$/i.test(method);
}

/** The request of an exchange as a curl command for a POSIX shell, which shows the stream as it comes. */
export function curlOf(exchange: Exchange): string {
  // curl speaks more schemes than a page does, and reads local files by one of them.
  if (!/^https?:\/\//i.test(exchange.url)) return '# The address of this request is not http:// or https://.';
  // --globoff: brackets and braces of the URL are no ranges. Each value follows its option, so that it is never taken for one.
  const lines = [`curl --no-buffer --globoff --url ${shellQuote(exchange.url)}`];
  if (exchange.method !== 'GET') lines.push(`--request ${shellQuote(exchange.method)}`);
  // "If you send the custom header with no-value then its header must be terminated with a semicolon".
  for (const [name, value] of headersToSend(exchange))
    lines.push(`--header ${shellQuote(value.trim() === '' ? `${name};` : `${name}: ${value}`)}`);
  // --data would read a file where the text begins with "@".
  if (hasBody(exchange)) lines.push(`--data-raw ${shellQuote('…')}`);
  return lines.join(' \\\n  ');
}

/** Code that opens the same stream. */
export function eventSourceOf(stream: Stream): string {
  const types = stream.listeners.length > 0 ? stream.listeners : ['message'];
  return [
    `const source = new EventSource(${literal(stream.url)});`,
    ...types.map(
      (type) =>
        `source.addEventListener(${literal(type)}, (event) => console.log(event.lastEventId, event.data));`,
    ),
    'source.onerror = () => console.log(source.readyState === EventSource.CLOSED ? "closed" : "reconnecting");',
  ].join('\n');
}

/** Code that sends the same request and shows the stream as it comes. */
export function fetchOf(exchange: Exchange): string {
  const headers = headersToSend(exchange);
  const options = {
    ...(exchange.method === 'GET' ? {} : { method: exchange.method }),
    // Pairs: several headers of one name stay several, and "__proto__" is a name like others.
    ...(headers.length > 0 ? { headers } : {}),
    ...(hasBody(exchange) ? { body: '…' } : {}),
  };
  return [
    `const response = await fetch(${literal(exchange.url)}, ${literal(options)});`,
    'for await (const text of response.body.pipeThrough(new TextDecoderStream())) console.log(text);',
  ].join('\n');
}

/** A value as source text; DEL, C1 controls and line separators as escapes too. */
function literal(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
