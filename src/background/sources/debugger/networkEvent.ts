import type { Header } from '../../../shared/session/types.ts';

/* The part of the protocol that is read here (https://chromedevtools.github.io/devtools-protocol/tot/Network/). */
interface Response {
  url: string;
  status: number;
  headers: Record<string, string>;
  mimeType: string;
  /** As what the browser reads it; '' when it is not told. */
  charset?: string;
  protocol?: string;
  remoteIPAddress?: string;
  remotePort?: number;
  fromDiskCache?: boolean;
}
export interface NetworkEvent {
  requestId: string;
  timestamp: number;
  wallTime: number;
  documentURL: string;
  /** '' for a worker. */
  loaderId?: string;
  frameId?: string;
  type?: string;
  request: { url: string; method: string; headers: Record<string, string> };
  redirectResponse?: Response;
  response: Response;
  /** What went out is told too, by an event that keeps no order with the others. */
  hasExtraInfo?: boolean;
  headers: Record<string, string>;
  dataLength: number;
  data?: string;
  errorText: string;
  canceled?: boolean;
}

export function headerLines(headers: Record<string, string>): Header[] {
  // Several headers of one name are one entry, a line each.
  return Object.entries(headers).flatMap(([name, value]) =>
    value.split('\n').map((line): Header => [name, line]),
  );
}

export function protocolOf(protocol = ''): string {
  if (protocol === 'h2') return 'HTTP/2.0';
  if (protocol === 'h3') return 'HTTP/3.0';
  return protocol.toUpperCase();
}
