import type { Exchange, Header, Stream } from '../../shared/session/types.ts';

/** Headers that a client sets by itself, or that no script may set. */
const OWN = /^(host|connection|content-length|accept-encoding|user-agent|sec-.*|referer|origin|cookie|:.*)$/i;
/** What lets somebody in stays out of the clipboard. */
const SECRET = /^(authorization|proxy-authorization|x-api-key|api-key|x-auth-token|cookie)$/i;

function headersToSend(exchange: Exchange): Header[] {
  const sent = exchange.http?.requestHeaders ?? [['Accept', 'text/event-stream'] as Header];
  return sent
    .filter(([name]) => !OWN.test(name))
    .map(([name, value]) => [name, SECRET.test(name) ? '…' : value]);
}

/** The request of an exchange as a curl command that shows the stream as it comes. */
export function curlOf(exchange: Exchange): string {
  const lines = [`curl -N ${quoted(exchange.url)}`];
  if (exchange.method !== 'GET') lines.push(`-X ${exchange.method}`);
  for (const [name, value] of headersToSend(exchange)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (exchange.method !== 'GET') lines.push(`--data ${quoted('…')}`);
  return lines.join(' \\\n  ');
}

/** Code that opens the same stream. */
export function eventSourceOf(stream: Stream): string {
  const types = stream.listeners.length > 0 ? stream.listeners : ['message'];
  return [
    `const source = new EventSource(${JSON.stringify(stream.url)});`,
    ...types.map(
      (type) =>
        `source.addEventListener(${JSON.stringify(type)}, (event) => console.log(event.lastEventId, event.data));`,
    ),
    'source.onerror = () => console.log(source.readyState === EventSource.CLOSED ? "closed" : "reconnecting");',
  ].join('\n');
}

export function fetchOf(exchange: Exchange): string {
  const headers = Object.fromEntries(headersToSend(exchange));
  const options = {
    ...(exchange.method === 'GET' ? {} : { method: exchange.method, body: '…' }),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
  };
  return [
    `const response = await fetch(${JSON.stringify(exchange.url)}, ${JSON.stringify(options, null, 2)});`,
    'for await (const text of response.body.pipeThrough(new TextDecoderStream())) console.log(text);',
  ].join('\n');
}

/** For a POSIX shell: nothing in it means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
