import type { PageErrorCode } from '../../../../shared/session/types.ts';
import { eachHeader, headerValue } from '../../natives/fetchRequest.ts';
import { responseHeaders, responseStatus, responseUrl } from '../../natives/fetchResponse.ts';
import { derive } from '../../natives/promises.ts';
import { createList } from '../../natives/reflect.ts';
import { errorMessage, errorName } from '../../natives/thrown.ts';
import { now, window } from '../../natives/window.ts';
import type { Patches } from '../../patch/patches.ts';
import type { Reporter } from '../../report/reporter.ts';
import { namesEventStream } from '../namesEventStream.ts';
import { markStack, stackText } from '../stack.ts';
import type { Tap } from '../tap.ts';
import type { Bodies, Body } from './bodies.ts';
import { describeRequest, isAborted, type RequestFacts } from './describeRequest.ts';

/**
 * `fetch`: finds the responses that are event streams, and remembers them for the body tap.
 *
 * The page gets a promise derived from the native one, one microtask later.
 */
export function tapFetch(patches: Patches, reporter: Reporter, bodies: Bodies): Tap {
  patches.method(window, 'fetch', (native, self, args) => {
    // A call that is aborted already has no response: it gets the native promise, with its exact timing.
    if (reporter.phase() === 'gone' || isAborted(args)) return native(self, args);
    const at = now();
    const mark = reporter.phase() === 'asleep' ? undefined : markStack();
    const request = describeRequest(args);
    const promise = native(self, args) as Promise<Response>;
    return derive(
      promise,
      (response) => {
        try {
          onResponse(response, request, at, mark);
        } catch {}
        return response;
      },
      (reason: unknown) => {
        try {
          if (request.wantsStream) onFailure(request, at, mark, reason);
        } catch {}
      },
    );
  });

  function onResponse(response: Response, request: RequestFacts, at: number, mark: Error | undefined): void {
    const type = headerValue(responseHeaders(response), 'content-type');
    const isStream = namesEventStream(type);
    if (!isStream && !request.wantsStream) return;
    reporter.streamSeen();
    const headers = createList<[string, string]>();
    eachHeader(responseHeaders(response), (value, name) => {
      headers[headers.length] = [name, value];
    });
    const body: Body = bodies.open(
      {
        transport: 'fetch',
        method: request.method,
        url: request.url,
        openedAt: at,
        respondedAt: now(),
        responseUrl: responseUrl(response),
        status: responseStatus(response),
        headers,
        stack: stackText(mark),
      },
      false,
    );
    if (isStream) bodies.follow(response, { body, position: 0, shown: false });
    else {
      // The page asked for a stream and got something else: its developer wants to know.
      const code: PageErrorCode = 'wrongType';
      bodies.end(body, 'error', `${code}:${type ?? ''}`);
    }
  }

  function onFailure(request: RequestFacts, at: number, mark: Error | undefined, reason: unknown): void {
    reporter.streamSeen();
    const body = bodies.open(
      {
        transport: 'fetch',
        method: request.method,
        url: request.url,
        openedAt: at,
        respondedAt: now(),
        responseUrl: '',
        status: 0,
        headers: createList(),
        stack: stackText(mark),
      },
      false,
    );
    bodies.end(body, errorName(reason) === 'AbortError' ? 'abort' : 'error', errorMessage(reason));
  }

  return { start: bodies.start, stop: bodies.stop, unload: bodies.unload };
}
