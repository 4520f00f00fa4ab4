import type { TLSSocket } from 'node:tls';
import { headerPairs } from '../record/headerPairs.ts';
import { sendRequest } from '../record/sendRequest.ts';
import type { Send } from './probe.ts';

/** Asks over HTTP/1.1, and follows redirections. */
export const sendHttp1: Send = async ({ url, headers, insecure, signal, redirected }) => {
  const response = await sendRequest(
    { url, method: 'GET', headers, body: undefined },
    { insecure, signal, redirected },
  );
  return {
    status: response.statusCode ?? 0,
    headers: headerPairs(response.rawHeaders),
    protocol: `HTTP/${response.httpVersion}`,
    remoteAddress: response.socket.remoteAddress ?? '',
    tls: (response.socket as Partial<TLSSocket>).getProtocol?.() ?? '',
    body: response,
  };
};
