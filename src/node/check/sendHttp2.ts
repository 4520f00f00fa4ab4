import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Header } from '../../shared/session/types.ts';
import type { ProbeRequest, Send } from './probe.ts';

/** The server chose another version of HTTP. */
export class NoHttp2 extends Error {
  override name = 'NoHttp2';
}

/** Headers of a connection: RFC 9113, 8.2.2 has them forbidden in HTTP/2. */
const OF_HTTP1 = /^(connection|keep-alive|transfer-encoding|host|upgrade|proxy-connection)$/i;

/**
 * Asks over HTTP/2, as browsers speak it: over TLS, where the server chooses it. Redirections are not followed.
 *
 * @throws {NoHttp2} when the server chooses another version
 */
export const sendHttp2: Send = async (request) => {
  const { url, headers, signal } = request;
  const { origin, pathname, search } = new URL(url);
  const socket = await openTls(request);
  const session = connectHttp2(origin, { createConnection: () => socket, settings: { enablePush: false } });
  session.on('error', () => {});
  signal.addEventListener('abort', () => session.destroy(), { once: true });
  const stream = session.request({ ':path': pathname + search, ...byName(headers) }, { endStream: true });
  const answer = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('The server closed the request')));
    session.once('error', reject);
    session.once('close', () => reject(new Error('The server closed the connection')));
  }).catch((error: Error) => {
    session.destroy();
    throw error;
  });
  stream.on('close', () => closeWhenIdle(session));
  return {
    status: Number(answer[':status'] ?? 0),
    headers: pairs(answer),
    protocol: 'HTTP/2',
    remoteAddress: socket.remoteAddress ?? '',
    tls: socket.getProtocol() ?? '',
    body: Object.assign(stream, { headers: answer }),
  };
};

function openTls({ url, insecure, signal }: ProbeRequest): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      {
        host,
        port: Number(port || 443),
        // RFC 6066, 3: literal addresses are not permitted in the name of the server.
        ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
        // RFC 7301: the server chooses one of these.
        ALPNProtocols: ['h2', 'http/1.1'],
        rejectUnauthorized: !insecure,
      },
      () => {
        if (socket.alpnProtocol === 'h2') resolve(socket);
        else {
          socket.destroy();
          reject(new NoHttp2(`It chooses ${socket.alpnProtocol || 'HTTP/1.1'}`));
        }
      },
    );
    socket.once('error', reject);
    signal.addEventListener('abort', () => socket.destroy(new Error('It was given up')), { once: true });
  });
}

function closeWhenIdle(session: ClientHttp2Session): void {
  if (!session.destroyed) session.destroy();
}

function byName(headers: readonly Header[]): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    if (OF_HTTP1.test(name)) continue;
    const key = name.toLowerCase();
    values[key] = [
      ...(Object.hasOwn(values, key) ? values[key]! : []),
      Buffer.from(value).toString('latin1'),
    ];
  }
  return values;
}

function pairs(headers: IncomingHttpHeaders): Header[] {
  return Object.entries(headers).flatMap(([name, value]): Header[] => {
    if (name.startsWith(':') || value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((one): Header => [name, one]);
  });
}
