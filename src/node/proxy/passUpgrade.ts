import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Upstream } from './upstream.ts';

/** A response to a request whose socket Node has handed over: an upgrade that is not made. */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => socket.end());
  return response;
}

/**
 * Passes a WebSocket on: what comes after the handshake goes through as it is, both ways.
 *
 * @param refused - the server behind answers something else
 * @param failed - it cannot be reached
 * @throws when the request cannot be sent
 */
export function passUpgrade(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  path: string,
  upstream: Upstream,
  refused: (answer: IncomingMessage) => void,
  failed: (error: Error) => void,
): void {
  const out = upstream.request(request.method, path, [
    ...upstream.headersOf(request),
    ['Connection', 'Upgrade'],
    ['Upgrade', request.headers.upgrade ?? 'websocket'],
  ]);
  socket.on('close', () => out.destroy());
  out.on('response', refused);
  out.on('error', failed);
  out.on('upgrade', (answer: IncomingMessage, behind: Socket, first: Buffer) => {
    const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
    for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2)
      lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    socket.write(first);
    behind.write(head);
    for (const [from, to] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    socket.setNoDelay(true);
    behind.setNoDelay(true);
  });
  out.end();
}
