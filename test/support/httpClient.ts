import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** A response as it came: each piece, and when, ms after the request. */
export interface Received {
  status: number;
  headers: IncomingMessage['headers'];
  chunks: { at: number; bytes: Buffer }[];
  text: string;
  /** `broken`: the connection ended before the response did. */
  ending: 'end' | 'broken' | 'open';
  error?: Error;
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** It is enough when this is true; the connection is closed then. */
  until?(received: Received): boolean;
  /** Told of each piece; may pause the response. */
  started?(response: IncomingMessage, request: ClientRequest): void;
}

/** Asks by plain HTTP/1.1, one connection for each request. */
export function ask(
  url: string,
  { method = 'GET', headers = {}, body, until, started }: AskOptions = {},
): Promise<Received> {
  return new Promise((resolve) => {
    const begun = performance.now();
    const received: Received = { status: 0, headers: {}, chunks: [], text: '', ending: 'open' };
    const finish = (ending: Received['ending'], error?: Error): void => {
      if (received.ending !== 'open') return;
      received.ending = ending;
      received.text = Buffer.concat(received.chunks.map(({ bytes }) => bytes)).toString();
      if (error) received.error = error;
      resolve(received);
    };
    const out = request(url, { method, headers, agent: false }, (response) => {
      received.status = response.statusCode ?? 0;
      received.headers = response.headers;
      started?.(response, out);
      response.on('data', (bytes: Buffer) => {
        received.chunks.push({ at: performance.now() - begun, bytes });
        if (!until) return;
        received.text = Buffer.concat(received.chunks.map((one) => one.bytes)).toString();
        if (!until(received)) return;
        out.destroy();
        resolve(received);
      });
      response.on('end', () => finish('end'));
      response.on('error', (error) => finish('broken', error));
    });
    out.on('error', (error) => finish('broken', error));
    out.end(body);
  });
}
