import {
  headerValue,
  requestHeaders,
  requestMethod,
  requestSignal,
  requestUrl,
  signalAborted,
} from '../../natives/fetchRequest.ts';
import { descriptorOf } from '../../natives/reflect.ts';
import { absoluteUrl, hrefOf, isUrl } from '../../natives/resolveUrl.ts';
import { indexOf, toLowerCase } from '../../natives/strings.ts';
import { EVENT_STREAM } from '../namesEventStream.ts';

export interface RequestFacts {
  method: string;
  url: string;
  /** Its `Accept` header asks for an event stream. */
  wantsStream: boolean;
}

/**
 * What a call of fetch asks for, without running a line of the page's code: only own data properties are read, and
 * the accessors of real Request, URL and Headers objects.
 */
export function describeRequest(args: ArrayLike<unknown>): RequestFacts {
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

export function isAborted(args: ArrayLike<unknown>): boolean {
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
