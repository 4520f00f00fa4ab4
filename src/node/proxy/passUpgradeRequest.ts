import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MockError } from '../http/mockError.ts';
import type { Failures } from './failures.ts';
import { passAnswer } from './passAnswer.ts';
import { passUpgrade, responseOn } from './passUpgrade.ts';
import type { Upstream } from './upstream.ts';

interface UpgradePassing {
  upstream: Upstream;
  failures: Failures;
  /** Checks where a request goes. @throws {MockError} */
  pathOf(request: IncomingMessage): string;
  /** Passes a request on whose upgrade is ignored. */
  pass(request: IncomingMessage, response: ServerResponse): void;
}

/** A request that wants to switch protocols: a WebSocket is passed on, anything else is taken for a plain request. */
export function passUpgradeRequest(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  { upstream, failures, pathOf, pass }: UpgradePassing,
): void {
  // Made when it is needed: a socket that is upgraded has no response.
  let made: ServerResponse | undefined;
  const response = (): ServerResponse => {
    made ??= responseOn(request, socket);
    return made;
  };
  try {
    if (!/^websocket$/i.test(request.headers.upgrade ?? '')) {
      // RFC 9110, 7.8: "A server MAY ignore a received Upgrade header field". Its body, if it has one, Node has not read.
      if (hasBody(request))
        throw new MockError(501, 'no-upgrade', 'Only WebSockets are passed on as an upgrade.');
      failures.guarded(request, response(), pass);
      return;
    }
    passUpgrade(
      request,
      socket,
      head,
      pathOf(request),
      upstream,
      (answer) => failures.guarded(request, response(), () => passAnswer(response(), answer)),
      (error) => failures.fail(request, response(), error),
    );
  } catch (error) {
    failures.fail(request, response(), error as Error);
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
