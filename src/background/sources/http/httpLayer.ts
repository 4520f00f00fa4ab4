import type { Browser, WebRequest } from 'webextension-polyfill';
import { formatOf } from '../../../shared/formats/formatOf.ts';
import { headerOf } from '../../../shared/session/headerOf.ts';
import type { HttpFact } from '../../../shared/session/httpFacts.ts';
import type { Header } from '../../../shared/session/types.ts';
import type { WallClock } from '../../keep/wallClock.ts';
import { originOf } from '../../tabs/originOf.ts';
import type { Asking } from '../../tabs/pages.ts';
import { corsAllows } from '../filter/corsAllows.ts';
import type { FirefoxWire } from '../filter/firefoxWire.ts';
import { asksForStream, transportOf } from './streamRequest.ts';

/** A request that is under way. What is seen of it waits until it proves to be a stream's. */
interface Watched {
  session: string;
  request: RequestDetails;
  facts: HttpFact[];
  told: boolean;
  /** An `EventSource` sent it. */
  eventSource: boolean;
  /** Cookies or a password went along. */
  withCredentials: boolean;
  /** A redirect led to another origin. */
  crossed: boolean;
  /** Resolves when the wire tap has let go of it: its end comes after its last bytes. */
  tap: Promise<void> | undefined;
}

/** What the HTTP layer needs of the world around it. */
export interface HttpHost {
  /** The session into which a request goes; undefined when its tab is not recorded, or another layer sees it. */
  sessionOf(details: RequestDetails): Promise<string | undefined>;
  /** Another layer sees this request. */
  isElsewhere(details: RequestDetails): boolean;
  /** The same as `sessionOf`, once the first answer was given: its page may have become known since. */
  sessionNow(details: RequestDetails): string | undefined;
  submit(session: string, request: string, fact: HttpFact): void;
  /** The background was restarted: requests may have begun before that. */
  returned(): boolean;
  /** A request is recorded already, by an earlier life of the background. */
  isKnown(request: string): Promise<boolean>;
  /** An `EventSource` of a page has been redirected to this address. */
  isEventSource(url: string): boolean;
}

export interface RequestDetails extends Asking {
  tab: number;
}

type Details = {
  requestId: string;
  url: string;
  method: string;
  tabId: number;
  frameId: number;
  timeStamp: number;
} & {
  documentId?: string | undefined;
  parentDocumentId?: string | undefined;
  documentUrl?: string | undefined;
  originUrl?: string | undefined;
  initiator?: string | undefined;
};

/**
 * Every request of a recorded tab that asks for an event stream or is answered by one: its headers, redirects, answer
 * and end. The listeners exist only while a tab records.
 *
 * They are there before the first await of a background that was just started, so that it hears what woke it.
 *
 * @param wire - takes the bytes of responses, where the browser lets it
 */
export function createHttpLayer(
  browser: Browser,
  host: HttpHost,
  wallClock: WallClock,
  wire?: FirefoxWire,
): { listen(): void; unlisten(): void } {
  const watched = new Map<string, Promise<Watched | undefined>>();
  /** Those that another layer sees, and when they began: nothing of them is told here while it does. */
  const elsewhere = new Map<string, number>();
  /** Those of which it is not known yet whether their tab is recorded. */
  const undecided = new Set<string>();
  const { webRequest } = browser;
  const filter: WebRequest.RequestFilter = { urls: ['<all_urls>'], types: ['xmlhttprequest', 'other'] };
  // Chromium shows some headers (Origin, Cookie, Referer) only to those who ask for them by this name.
  const { OnSendHeadersOptions: options = {} } = webRequest as { OnSendHeadersOptions?: object };
  const extra = 'EXTRA_HEADERS' in options ? (['extraHeaders'] as never[]) : [];

  function documentOf(details: Details): string {
    return details.documentUrl ?? details.originUrl ?? details.initiator ?? '';
  }

  function timeOf({ timeStamp }: Details): number {
    return wallClock.recorded(timeStamp);
  }

  /** @param late - it has begun before: in an earlier life of the background, or before the recording */
  function begin(details: Details, late = false): Promise<Watched | undefined> {
    const { tabId, documentId = '', parentDocumentId = '' } = details;
    const documentUrl = documentOf(details);
    const request: RequestDetails = {
      tab: tabId,
      // A background that has just started does not know yet how far the wall clock was set back.
      get at() {
        return elsewhere.get(details.requestId) ?? timeOf(details);
      },
      documentUrl,
      documentId,
      parentDocumentId,
    };
    undecided.add(details.requestId);
    const one = host.sessionOf(request).then(async (session): Promise<Watched | undefined> => {
      undecided.delete(details.requestId);
      if (!session) {
        watched.delete(details.requestId);
        if (!late && host.isElsewhere(request)) elsewhere.set(details.requestId, request.at);
        return undefined;
      }
      const worker = tabId < 0;
      const fact: HttpFact = {
        type: 'RequestStarted',
        at: request.at,
        ...(late ? { late: true as const } : {}),
        method: details.method,
        url: details.url,
        tab: tabId,
        frameId: worker ? -1 : details.frameId,
        worker,
        documentUrl,
        ...(documentId ? { documentId } : {}),
        ...(parentDocumentId ? { parentDocumentId } : {}),
      };
      const told = late && host.returned() && (await host.isKnown(`http-${details.requestId}`));
      return {
        session,
        request,
        facts: told ? [] : [fact],
        told,
        eventSource: false,
        withCredentials: false,
        crossed: false,
        tap: undefined,
      };
    });
    watched.set(details.requestId, one);
    return one;
  }

  /** @param isStream - it is certainly one of ours, also where it began before the recording */
  async function find(details: Details, isStream = false): Promise<Watched | undefined> {
    const known = watched.get(details.requestId);
    return known ?? (host.returned() || isStream ? begin(details, true) : undefined);
  }

  function add(id: string, one: Watched, fact: HttpFact): void {
    one.facts.push(fact);
    if (one.told) tell(id, one);
  }

  /** It is a stream's: everything that is known of it goes out. */
  function tell(id: string, one: Watched): void {
    one.told = true;
    one.session = host.sessionNow(one.request) ?? one.session;
    for (const fact of one.facts) host.submit(one.session, `http-${id}`, fact);
    one.facts = [];
  }

  function onBeforeRequest(details: WebRequest.OnBeforeRequestDetailsType): undefined {
    // A redirect begins again, by the same name.
    if (!watched.has(details.requestId)) void begin(details);
  }

  function onSendHeaders(details: WebRequest.OnSendHeadersDetailsType): void {
    void find(details).then((one) => {
      if (!one) return;
      const headers = headersOf(details.requestHeaders);
      // After a redirection the headers stand in another order: what sent it is what it was, or what we redirected.
      one.eventSource ||= transportOf(headers) === 'EventSource' || host.isEventSource(details.url);
      one.withCredentials = ['cookie', 'authorization'].some(
        (name) => (headerOf(headers, name) ?? '') !== '',
      );
      add(details.requestId, one, { type: 'RequestSent', headers });
      if (asksForStream(headers)) tell(details.requestId, one);
    });
  }

  async function onHeadersReceived(
    details: WebRequest.OnHeadersReceivedDetailsType,
  ): Promise<WebRequest.BlockingResponse> {
    const { requestId, statusCode } = details;
    const one = await find(details);
    if (!one || !wire || statusCode < 200 || (statusCode >= 300 && statusCode < 400)) return {};
    // Behind a filter of ours, a connection that breaks looks to the page as if it had ended well. An EventSource does
    // the same in both cases; a reader of fetch does not: its bytes the page tap has, and a worker's stay unseen.
    if (!one.eventSource || one.tap) return {};
    const headers = headersOf(details.responseHeaders);
    if (!isGivenToPage(details, one, headers)) return {};
    const stream = formatOf(headerOf(headers, 'content-type')) !== undefined;
    one.tap = wire.tap(one.session, requestId, stream, (fact) => {
      add(requestId, one, fact);
      tell(requestId, one);
    });
    return {};
  }

  function isGivenToPage(details: Details, one: Watched, headers: readonly Header[]): boolean {
    const from = documentOf(details);
    return corsAllows({
      origin: URL.canParse(from) ? new URL(from).origin : 'null',
      url: details.url,
      crossed: one.crossed,
      withCredentials: one.withCredentials,
      allowOrigin: headerOf(headers, 'access-control-allow-origin') ?? '',
      allowCredentials: headerOf(headers, 'access-control-allow-credentials') ?? '',
    });
  }

  function onBeforeRedirect(details: WebRequest.OnBeforeRedirectDetailsType): void {
    void find(details).then((one) => {
      if (!one) return;
      one.crossed ||= originOf(details.url) !== originOf(details.redirectUrl);
      add(details.requestId, one, {
        type: 'Redirected',
        at: timeOf(details),
        status: details.statusCode,
        to: details.redirectUrl,
        headers: headersOf(details.responseHeaders),
      });
    });
  }

  function onResponseStarted(details: WebRequest.OnResponseStartedDetailsType): void {
    const headers = headersOf(details.responseHeaders);
    const isStream = formatOf(headerOf(headers, 'content-type')) !== undefined;
    void find(details, isStream).then((one) => {
      if (!one) return;
      add(details.requestId, one, {
        type: 'ResponseStarted',
        at: timeOf(details),
        status: details.statusCode,
        protocol: protocolOf(details.statusLine),
        remoteAddress: details.ip ?? '',
        headers,
        fromCache: details.fromCache,
      });
      if (isStream) tell(details.requestId, one);
    });
  }

  function ended(details: Details, error: string): void {
    const { requestId } = details;
    void find(details).then(async (one) => {
      elsewhere.delete(requestId);
      if (!one) return;
      if (isAbort(error)) wire?.aborted(requestId);
      await one.tap;
      watched.delete(requestId);
      add(requestId, one, { type: 'RequestEnded', at: timeOf(details), error, aborted: isAbort(error) });
    });
  }
  const onCompleted = (details: WebRequest.OnCompletedDetailsType): void => ended(details, '');
  const onErrorOccurred = (details: WebRequest.OnErrorOccurredDetailsType): void =>
    ended(details, details.error);

  let listening = false;
  return {
    listen() {
      if (listening) return;
      listening = true;
      webRequest.onBeforeRequest.addListener(onBeforeRequest, filter);
      webRequest.onSendHeaders.addListener(onSendHeaders, filter, ['requestHeaders', ...extra]);
      if (wire) {
        webRequest.onHeadersReceived.addListener(onHeadersReceived, filter, ['blocking', 'responseHeaders']);
      }
      webRequest.onBeforeRedirect.addListener(onBeforeRedirect, filter, ['responseHeaders', ...extra]);
      webRequest.onResponseStarted.addListener(onResponseStarted, filter, ['responseHeaders', ...extra]);
      webRequest.onCompleted.addListener(onCompleted, filter);
      webRequest.onErrorOccurred.addListener(onErrorOccurred, filter);
    },
    unlisten() {
      if (!listening) return;
      listening = false;
      elsewhere.clear();
      // Recording may be about to begin: what it is asked for then goes on.
      for (const id of watched.keys()) if (!undecided.has(id)) watched.delete(id);
      webRequest.onBeforeRequest.removeListener(onBeforeRequest);
      webRequest.onSendHeaders.removeListener(onSendHeaders);
      webRequest.onHeadersReceived.removeListener(onHeadersReceived);
      webRequest.onBeforeRedirect.removeListener(onBeforeRedirect);
      webRequest.onResponseStarted.removeListener(onResponseStarted);
      webRequest.onCompleted.removeListener(onCompleted);
      webRequest.onErrorOccurred.removeListener(onErrorOccurred);
    },
  };
}

function headersOf(headers: WebRequest.HttpHeaders | undefined): Header[] {
  return (headers ?? []).map(({ name, value }) => [name, value ?? '']);
}

/** `HTTP/1.1 200 OK` and `HTTP/2.0 200 OK` begin with the protocol. */
function protocolOf(statusLine: string): string {
  return /^HTTP\/[\d.]+/i.exec(statusLine)?.[0].toUpperCase() ?? '';
}

/** The names that Chromium and Firefox have for a request which its own side gave up; the last one is for workers. */
function isAbort(error: string): boolean {
  return error === 'net::ERR_ABORTED' || error === 'NS_BINDING_ABORTED' || error === 'NS_ERROR_ABORT';
}
