import type { Bodies, Body } from './bodies.ts';
import {
  absoluteUrl,
  createList,
  derive,
  descriptorOf,
  eachHeader,
  errorMessage,
  errorName,
  headerValue,
  hrefOf,
  indexOf,
  isUrl,
  now,
  requestHeaders,
  requestMethod,
  requestSignal,
  requestUrl,
  responseHeaders,
  responseStatus,
  responseUrl,
  signalAborted,
  startsWith,
  toLowerCase,
  window,
} from './natives.ts';
import type { Patches } from './patch.ts';
import type { Reporter } from './report.ts';
import { markStack, stackText } from './stack.ts';
import type { Tap } from './tap.ts';

const EVENT_STREAM = 'text/event-stream';

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
    const request = describe(args);
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
    const isStream = type !== null && startsWith(toLowerCase(type), EVENT_STREAM);
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
      // A stream was asked for, and something else came: the page's own affair, but its developer wants to know.
      bodies.end(body, 'error', `The response is ${type ?? 'without a Content-Type'}, not ${EVENT_STREAM}.`);
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

interface RequestFacts {
  method: string;
  url: string;
  /** Its `Accept` header asks for an event stream. */
  wantsStream: boolean;
}

/**
 * What a call of fetch asks for, without running a line of the page's code: only own data properties are read, and
 * the accessors of real Request, URL and Headers objects.
 */
function describe(args: ArrayLike<unknown>): RequestFacts {
  const input = args[0];
  const facts: RequestFacts = { method: 'GET', url: '', wantsStream: false };
  try {
    if (typeof input === 'string') facts.url = absoluteUrl(input);
    else if (isUrl(input)) facts.url = hrefOf(input);
    else {
      facts.url = requestUrl(input);
      facts.method = requestMethod(input);
      facts.wantsStream = asksForStream(headerValue(requestHeaders(input), 'accept'));
    }
    const method = ownData(args[1], 'method');
    if (typeof method === 'string') facts.method = method;
    const headers = ownData(args[1], 'headers');
    if (headers !== undefined) facts.wantsStream = asksForStream(acceptOf(headers));
  } catch {}
  return facts;
}

/** The `Accept` header among the headers of an init object: a Headers, a plain object, or a list of pairs. */
function acceptOf(headers: unknown): unknown {
  try {
    return headerValue(headers as Headers, 'accept');
  } catch {}
  const exact = ownData(headers, 'Accept') ?? ownData(headers, 'accept');
  if (exact !== undefined) return exact;
  const length = ownData(headers, 'length');
  for (let i = 0; typeof length === 'number' && i < length && i < 100; i++) {
    const pair = ownData(headers, i);
    const name = ownData(pair, 0);
    if (typeof name === 'string' && toLowerCase(name) === 'accept') return ownData(pair, 1);
  }
  return undefined;
}

function asksForStream(accept: unknown): boolean {
  return (
    typeof accept === 'string' && indexOf(toLowerCase(accept), EVENT_STREAM) >= 0 && indexOf(accept, ',') < 0
  );
}

function isAborted(args: ArrayLike<unknown>): boolean {
  if (args.length === 0) return false;
  try {
    const own = ownData(args[1], 'signal');
    return signalAborted(own ?? requestSignal(args[0]));
  } catch {
    return false;
  }
}

/** An own property that is plain data. A getter of the page's is not run, a Proxy of the page's may be. */
function ownData(object: unknown, name: PropertyKey): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return descriptorOf(object, name)?.value;
}
