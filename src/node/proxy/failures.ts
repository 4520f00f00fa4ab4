import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorBody, MockError } from '../http/mockError.ts';

type Work = (request: IncomingMessage, response: ServerResponse) => void;

/** Whatever goes wrong with a request is answered, or ends that one response. */
export interface Failures {
  /** Does the work of one request. */
  guarded(request: IncomingMessage, response: ServerResponse, work: Work): void;
  fail(request: IncomingMessage, response: ServerResponse, error: Error): void;
}

/** @param origin - of the server behind, for the text of a failure */
export function createFailures(origin: string, say: (text: string) => void): Failures {
  function fail(request: IncomingMessage, response: ServerResponse, error: Error): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const { status, code, message } =
      error instanceof MockError
        ? error
        : new MockError(502, 'upstream', `${origin} cannot be reached: ${error.message}.`);
    say(`${request.method} ${request.url}: ${message}`);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(errorBody(code, message)));
    request.resume();
  }

  return {
    fail,
    guarded(request, response, work) {
      response.on('error', () => {});
      request.on('error', () => response.destroy());
      try {
        work(request, response);
      } catch (error) {
        fail(request, response, error as Error);
      }
    },
  };
}
