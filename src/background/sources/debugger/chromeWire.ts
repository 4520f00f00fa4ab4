import { formatOf } from '../../../shared/formats/formatOf.ts';
import type { Clock } from '../../../shared/protocol/clock.ts';
import type { HttpFact } from '../../../shared/session/httpFacts.ts';
import type { Header, Transport } from '../../../shared/session/types.ts';
import { CHILD_FRAME, UNKNOWN_FRAME } from '../../keep/fits.ts';
import type { WallClock } from '../../keep/wallClock.ts';
import { asksForStream } from '../http/streamRequest.ts';
import { decodeBase64, encodeBody } from './bodyText.ts';
import type { Debuggee, DebuggerApi } from './debuggerApi.ts';
import { createDocumentNames, type FrameTree } from './documentNames.ts';
import { headerLines, type NetworkEvent, protocolOf } from './networkEvent.ts';
import { type BodyPiece, piecesWithin } from './pieces.ts';
import type { AttachedWire, ChromeWire, WireAsking, WireHost } from './wireHost.ts';
import { idOf, keyOf, requestIdOf, type SoFar, type WireRequest } from './wireRequest.ts';

const TRANSPORTS: Record<string, Transport> = {
  EventSource: 'EventSource',
  Fetch: 'fetch',
  XHR: 'XMLHttpRequest',
};

/** How much of a response that is no stream is kept, to say what came instead, UTF-16 units. */
const EVIDENCE_SIZE = 1024;
/** After a restart, pieces may be handed over so long after an answer that has them already, ms. */
const PIECES_LATE_BY = 500;
/** The debugger does not answer for a worker that is gone. So long may an answer come after the end of its request, ms. */
const ANSWERS_WITHIN = 2000;
/** The protocol's clock and the wall clock are known to be so much closer than this, ms. */
const OFFSET_DRIFT = 20;
/** An event that seems to be later than this, ms, is of before the wall clock was set forward. */
const MOST_LATE = 30_000;
/** So long may the headers that went out come after the end of their request, ms. */
const SENT_WITHIN = 500;
/** Requests whose headers came before they did. Those of images and scripts are among them, and stay unclaimed. */
const MOST_EARLY = 200;

/**
 * The wire tap of Chromium: the debugger's Network domain, which gives the bytes of every event stream of a page, its
 * frames and its dedicated workers. An attached debugger outlives the background: after that was away, the bytes
 * that came meanwhile are fetched again.
 *
 * The listeners are there before the first await of a background that was just started.
 */
export function createChromeWire(
  host: WireHost,
  api: DebuggerApi,
  clock: Clock,
  wallClock: WallClock,
): ChromeWire {
  const tabs = new Map<number, number>();
  const attaching = new Map<number, Promise<void>>();
  /** The protocol's name of the main frame of each tab, where it is known. */
  const mainFrames = new Map<number, Promise<string | undefined>>();
  const requests = new Map<string, Promise<WireRequest | undefined>>();
  /** Tabs that were tapped before the background was restarted, until the requests of that time are known. */
  const resuming = new Map<number, Promise<ReadonlyMap<string, AttachedWire>>>();
  /** What turns the protocol's seconds into ms since the epoch, and how far the wall clock was set forward then. */
  let protocolClock: { offset: number; ahead: number } | undefined;
  const early = new Map<string, Header[]>();
  const names = createDocumentNames(host, async (tab) => (await readFrameTree(tab)).frameTree, clock);

  function send<T>(source: Debuggee, method: string, params: object = {}): Promise<T> {
    return api.sendCommand(source, method, params as Record<string, unknown>) as Promise<T>;
  }

  function enable(source: Debuggee): Promise<unknown> {
    return send(source, 'Network.enable', { maxTotalBufferSize: 64 << 20, maxResourceBufferSize: 32 << 20 });
  }

  /** A page, a frame of another process, or a worker: switches on what we listen to. */
  async function prepare(source: Debuggee): Promise<void> {
    await enable(source);
    await send(source, 'Target.setAutoAttach', {
      autoAttach: true,
      // Else a frame or worker could open its first stream before we listen.
      waitForDebuggerOnStart: true,
      flatten: true,
    });
  }

  api.onEvent.addListener((source, method, params) => {
    if (method === 'Target.attachedToTarget') {
      const { sessionId, waitingForDebugger } = params as { sessionId: string; waitingForDebugger: boolean };
      const child: Debuggee = { ...(source.tabId === undefined ? {} : { tabId: source.tabId }), sessionId };
      void prepare(child).catch(() => {});
      if (child.tabId !== undefined) void names.ofSession(child.tabId, sessionId, () => enable(child));
      // In the order of the commands: it runs when all is in place, and whatever became of that.
      if (waitingForDebugger) void send(child, 'Runtime.runIfWaitingForDebugger').catch(() => {});
    } else if (method === 'Target.detachedFromTarget') {
      targetGone(source.tabId, (params as { sessionId: string }).sessionId);
    } else if (method.startsWith('Network.')) onNetwork(source, method, params as NetworkEvent);
  });

  api.onDetach.addListener(({ tabId }, reason) => {
    if (tabId === undefined) return;
    tabs.delete(tabId);
    mainFrames.delete(tabId);
    breakAll(tabId);
    host.detached(tabId, reason);
  });

  function breakAll(tab: number): void {
    const at = wallClock.now();
    forgetAll(
      (source) => source.tabId === tab,
      (request) => report(request, { type: 'WireBroken', at, gone: true }),
    );
    host.takenOff(tab, at);
  }

  /** A worker was terminated, or a frame is gone: the browser reports no end of its requests. */
  function targetGone(tab: number | undefined, sessionId: string): void {
    const at = wallClock.now();
    forgetAll(
      (source) => source.tabId === tab && source.sessionId === sessionId,
      (request) => report(request, { type: 'RequestEnded', at, error: '', aborted: true }),
    );
  }

  function forgetAll(isGone: (source: Debuggee) => boolean, end: (request: WireRequest) => void): void {
    for (const [key, promise] of requests) {
      void promise.then((request) => {
        if (!request || !isGone(request.source) || !requests.delete(key)) return;
        if (request.syncing) endAfterSync(request, () => end(request));
        else end(request);
      });
    }
  }

  /** Its bytes so far are on their way: its end comes after them. */
  function endAfterSync(request: WireRequest, end: () => void): void {
    request.end = end;
    clock.after(ANSWERS_WITHIN, () => request.giveUp?.());
  }

  function report(request: WireRequest, fact: HttpFact): void {
    if (request.told) host.submit(request.session, request.key, fact);
  }

  function onNetwork(source: Debuggee, method: string, event: NetworkEvent): void {
    const { requestId } = event;
    const id = idOf(source, requestId);
    switch (method) {
      case 'Network.requestWillBeSent':
        if (event.redirectResponse) withRequest(id, (request) => redirected(request, event));
        else if (event.type !== 'Preflight') begin(id, source, event);
        break;
      case 'Network.requestWillBeSentExtraInfo':
        if (requests.has(id)) withRequest(id, (request) => sent(request, headerLines(event.headers)));
        else keepEarly(id, headerLines(event.headers));
        break;
      case 'Network.responseReceived':
        if (!requests.has(id)) begin(id, source, event);
        withRequest(id, (request) => responded(id, request, event));
        break;
      case 'Network.dataReceived':
        resumeRequest(id, source, requestId);
        withRequest(id, (request) => received(request, event));
        break;
      case 'Network.loadingFinished':
        resumeRequest(id, source, requestId);
        withRequest(id, (request) => finished(id, request, event, '', false));
        break;
      case 'Network.loadingFailed':
        resumeRequest(id, source, requestId);
        withRequest(id, (request) => finished(id, request, event, event.errorText, event.canceled === true));
        break;
    }
  }

  /** The browser's process tells what went out, the page's process that there is a request: either may be first. */
  function keepEarly(id: string, headers: Header[]): void {
    early.set(id, headers);
    if (early.size > MOST_EARLY) early.delete(early.keys().next().value!);
  }

  function withRequest(id: string, work: (request: WireRequest) => void): void {
    void requests.get(id)?.then((request) => request && work(request));
  }

  function newRequest(source: Debuggee, session: string, key: string, asking: WireAsking): WireRequest {
    return {
      source,
      session,
      asking,
      key,
      offset: undefined,
      ahead: wallClock.ahead(),
      url: '',
      headers: [],
      sent: 'unknown',
      facts: [],
      told: false,
      stream: false,
      charset: '',
      asked: false,
      seenSent: false,
      early: undefined,
      answeredFrom: Number.NEGATIVE_INFINITY,
      syncing: undefined,
      giveUp: undefined,
      bytes: 0,
      end: undefined,
      onSent: undefined,
    };
  }

  function begin(id: string, source: Debuggee, event: NetworkEvent): void {
    const transport = TRANSPORTS[event.type ?? ''];
    const headers = early.get(id);
    early.delete(id);
    if (!transport || source.tabId === undefined) return;
    const { tabId } = source;
    const heardAt = clock.wall();
    const asked = transport === 'EventSource' || asksForStream(headerLines(event.request?.headers ?? {}));
    // Before it is answered: then no piece comes without its bytes, however long the answer takes.
    const bytes = asked && event.request ? askForBytes(source, event.requestId) : undefined;
    const started = host.clockKnown().then(async () => {
      if (!tabs.has(tabId) && !attaching.has(tabId)) {
        requests.delete(id);
        return undefined;
      }
      const offset = offsetOf(event.timestamp, heardAt, event.wallTime || undefined);
      const ahead = wallClock.ahead();
      const mainFrame = await mainFrames.get(tabId);
      const { sessionId } = source;
      // A session is named when it begins, or by the first request that is seen of it.
      if (sessionId) await names.ofSession(tabId, sessionId, () => enable(source));
      else await names.ofDocument(tabId, event.loaderId ?? '');
      const asking: WireAsking = {
        at: event.timestamp * 1000 + offset,
        documentUrl: event.documentURL ?? '',
        debuggerName: sessionId ?? event.loaderId ?? '',
      };
      const session = await host.sessionOf(tabId, asking);
      if (!session) {
        requests.delete(id);
        return undefined;
      }
      const request = newRequest(source, session, keyOf(source, event.requestId), asking);
      request.url = event.request?.url ?? event.response?.url ?? '';
      request.headers = headerLines(event.request?.headers ?? {});
      Object.assign(request, { offset, ahead });
      request.seenSent = event.request !== undefined;
      request.early = bytes;
      // Workers have no frame.
      const worker = event.frameId === undefined;
      add(request, {
        type: 'RequestStarted',
        at: asking.at,
        method: event.request?.method ?? '',
        url: request.url,
        tab: source.tabId!,
        frameId: frameOf(source, event.frameId, mainFrame),
        worker,
        documentUrl: event.documentURL ?? '',
        ...(asking.debuggerName ? { debuggerName: asking.debuggerName } : {}),
        transport,
      });
      request.asked = asked;
      if (request.asked) tell(request);
      if (headers) sent(request, headers);
      return request;
    });
    requests.set(id, started);
  }

  /**
   * What turns the protocol's seconds into ms since the epoch, as far as it can be told: an event arrives after it has
   * happened, the one that was fastest tells it best. Where the browser gives both clocks it is known.
   */
  function offsetOf(timestamp: number, heardAt: number, wallTime?: number): number {
    const measured =
      wallClock.recorded(wallTime === undefined ? heardAt : wallTime * 1000) - timestamp * 1000;
    if (wallTime !== undefined && heardAt - wallTime * 1000 > MOST_LATE) wallClock.wasSetForward();
    protocolClock ??= { ahead: wallClock.ahead(), offset: offsetBefore(measured) };
    const known = protocolClock.offset + wallClock.ahead() - protocolClock.ahead;
    const best = wallTime === undefined ? Math.min(known, measured) : measured;
    // Only what the browser has said itself is worth to be remembered, and once.
    if (wallTime !== undefined && Math.abs(best - (host.protocolOffset() ?? Infinity)) > OFFSET_DRIFT)
      host.offsetKnown(best);
    protocolClock = { ahead: wallClock.ahead(), offset: best };
    return best;
  }

  /** As it was known before the background was restarted, unless the clock was set since. */
  function offsetBefore(measured: number): number {
    const before = host.protocolOffset() ?? Infinity;
    return measured - before > MOST_LATE ? Infinity : before;
  }

  /** The protocol's time, seconds, as ms since the epoch. */
  function timeOf(request: WireRequest, timestamp: number): number {
    request.offset ??= offsetOf(timestamp, clock.wall());
    return timestamp * 1000 + request.offset + wallClock.ahead() - request.ahead;
  }

  /** A request that is not known may have begun before the background was restarted. Any other is none of ours. */
  function resumeRequest(id: string, source: Debuggee, requestId: string): void {
    const { tabId } = source;
    const before = tabId === undefined ? undefined : resuming.get(tabId);
    if (!before || requests.has(id)) return;
    requests.set(
      id,
      before.then((known) => resumed(id, source, keyOf(source, requestId), known)),
    );
  }

  function resumed(
    id: string,
    source: Debuggee,
    key: string,
    known: ReadonlyMap<string, AttachedWire>,
  ): WireRequest | undefined {
    const before = known.get(key);
    if (!before) {
      requests.delete(id);
      return undefined;
    }
    const request = newRequest(source, before.session, key, { at: wallClock.now(), documentUrl: '' });
    Object.assign(request, { told: true, stream: true, sent: 'told', bytes: before.bytes });
    sync(id, request, true);
    return request;
  }

  /** Asks for what the browser holds of each request that was attached before. */
  function resumeTab(tab: number): void {
    const known = host.attachedBefore(tab);
    resuming.set(tab, known);
    void known
      .then((keys) => {
        const prefix = `wire-${tab}-`;
        for (const key of keys.keys()) {
          if (!key.startsWith(prefix)) continue;
          // Neither a session's ID nor a request's has this sign at its beginning.
          const [sessionId = '', ...rest] = key.slice(prefix.length).split('-');
          const source = { tabId: tab, ...(sessionId ? { sessionId } : {}) };
          const requestId = rest.join('-');
          resumeRequest(idOf(source, requestId), source, requestId);
        }
      })
      .finally(() => resuming.delete(tab));
  }

  /** The page's own target is named like its main frame; a frame of another process has a session of its own. */
  function frameOf({ sessionId }: Debuggee, frameId: string | undefined, main: string | undefined): number {
    if (main === undefined || frameId === undefined) return UNKNOWN_FRAME;
    return sessionId === undefined && frameId === main ? 0 : CHILD_FRAME;
  }

  function add(request: WireRequest, fact: HttpFact): void {
    if (request.told) host.submit(request.session, request.key, fact);
    else request.facts.push(fact);
  }

  function tell(request: WireRequest): void {
    if (request.told) return;
    request.told = true;
    request.session = host.sessionNow(request.source.tabId!, request.asking) ?? request.session;
    for (const fact of request.facts) host.submit(request.session, request.key, fact);
    request.facts = [];
  }

  function sent(request: WireRequest, headers: Header[], provisional = false): void {
    request.sent = 'told';
    add(request, { type: 'RequestSent', headers, ...(provisional ? { provisional } : {}) });
    request.asked ||= asksForStream(headers);
    if (request.asked) tell(request);
    request.onSent?.();
  }

  function redirected(request: WireRequest, event: NetworkEvent): void {
    const response = event.redirectResponse!;
    add(request, {
      type: 'Redirected',
      at: timeOf(request, event.timestamp),
      status: response.status,
      to: event.request.url,
      headers: headerLines(response.headers),
    });
  }

  function responded(
    id: string,
    request: WireRequest,
    { response, timestamp, hasExtraInfo }: NetworkEvent,
  ): void {
    if (request.sent !== 'told') {
      if (hasExtraInfo) request.sent = 'expected';
      else sent(request, request.headers, true);
    }
    request.charset = response.charset ?? '';
    request.stream = response.status === 200 && formatOf(response.mimeType) !== undefined;
    if (request.stream) add(request, { type: 'WireAttached' });
    add(request, {
      type: 'ResponseStarted',
      at: timeOf(request, timestamp),
      status: response.status,
      protocol: protocolOf(response.protocol),
      remoteAddress: response.remoteIPAddress ?? '',
      headers: headerLines(response.headers),
      fromCache: response.fromDiskCache === true,
    });
    if (!request.stream) {
      if (request.asked) tell(request);
      return;
    }
    tell(request);
    sync(id, request, false);
  }

  /**
   * Asks for the bytes so far; from then on all others are sent. Pieces that were told of before, without their bytes,
   * are in the answer, and give the cuts and the times. Pieces with their bytes come after it, though the browser may
   * hand them over before the answer: the two take different ways. Where every piece has come with its bytes, there is
   * nothing in the answer.
   *
   * @param resumed - an earlier life of the background had attached it
   */
  function sync(id: string, request: WireRequest, resumed: boolean): void {
    // The browser sends the bytes already, for that life asked for them: some of those pieces are in the answer too.
    const streaming = resumed || !request.seenSent;
    if (streaming) request.answeredFrom = wallClock.now() - OFFSET_DRIFT;
    const seen: BodyPiece[] = [];
    request.syncing = seen;
    const givenUp = new Promise<SoFar>((resolve, reject) => {
      request.giveUp = () => {
        if (request.early && seen.every(({ bytes }) => bytes))
          resolve({ bytes: new Uint8Array(), whole: false });
        else reject(new Error('The browser does not answer.'));
      };
    });
    void Promise.race([readSoFar(request), givenUp])
      .then(async (answer) => {
        if (streaming) await new Promise<void>((resolve) => clock.after(PIECES_LATE_BY, resolve));
        return answer;
      })
      .then(({ bytes, whole }) => {
        const told = resumed ? 0 : seen.reduce((sum, piece) => sum + (piece.bytes ? 0 : piece.size), 0);
        if (bytes.length < request.bytes + told) throw new Error('The browser holds less than it told of.');
        // Nothing comes after a whole body.
        if (whole && streaming) request.answeredFrom = Infinity;
        const sure = seen.findLastIndex(({ at }) => at < request.answeredFrom) + 1;
        const within = streaming ? piecesWithin(bytes, seen, sure) : seen.filter((piece) => !piece.bytes);
        cut(request, bytes, within);
        for (const piece of seen) {
          if (piece.bytes && !within.includes(piece)) addBytes(request, piece.bytes, piece.at);
        }
        // It ended while the background was away: nobody else reports that.
        if (whole && resumed) request.end ??= () => endResumed(id, request);
      })
      .catch(() => {
        add(request, { type: 'WireBroken', at: wallClock.now(), gone: resumed });
        if (resumed) requests.delete(id);
      })
      .finally(() => {
        request.syncing = undefined;
        request.giveUp = undefined;
        request.end?.();
      });
  }

  /** The bytes of a request so far. Undefined when it is over, or the browser does not know it. */
  async function askForBytes(source: Debuggee, requestId: string): Promise<Uint8Array | undefined> {
    try {
      const { bufferedData } = await send<{ bufferedData: string }>(source, 'Network.streamResourceContent', {
        requestId,
      });
      return decodeBase64(bufferedData);
    } catch {
      return undefined;
    }
  }

  async function readSoFar(request: WireRequest): Promise<SoFar> {
    const { source } = request;
    const { requestId } = requestIdOf(request);
    const soFar = await (request.early ?? askForBytes(source, requestId));
    if (soFar) return { bytes: soFar, whole: false };
    // It is over already: its body is whole.
    const { body, base64Encoded } = await send<{ body: string; base64Encoded: boolean }>(
      source,
      'Network.getResponseBody',
      { requestId },
    );
    const bytes = base64Encoded ? decodeBase64(body) : encodeBody(body, request.charset);
    return { bytes, whole: true };
  }

  function endResumed(id: string, request: WireRequest): void {
    if (!requests.delete(id)) return;
    add(request, { type: 'RequestEnded', at: wallClock.now(), error: '', aborted: false });
  }

  function cut(request: WireRequest, bytes: Uint8Array, seen: readonly BodyPiece[]): void {
    const fresh = bytes.subarray(request.bytes);
    if (fresh.length === 0) return;
    const ends: number[] = [];
    const times: number[] = [];
    // The pieces that were told are the last ones; what stands before them came at some earlier time.
    const told = seen.reduce((sum, { size }) => sum + size, 0);
    let end = fresh.length - told;
    if (end > 0) {
      ends.push(end);
      times.push(seen[0]?.at ?? wallClock.now());
    }
    for (const { size, at } of seen) {
      end += size;
      if (end <= 0) continue;
      ends.push(end);
      times.push(at);
    }
    request.bytes += fresh.length;
    add(request, {
      type: 'WireBytes',
      bytes: fresh,
      ends: Uint32Array.from(ends),
      times: Float64Array.from(times),
    });
  }

  function received(request: WireRequest, event: NetworkEvent): void {
    if (!request.stream) return;
    const at = timeOf(request, event.timestamp);
    const bytes = event.data ? decodeBase64(event.data) : undefined;
    if (request.syncing) request.syncing.push({ size: event.dataLength, at, bytes });
    // A browser that had to start the background hands over what it has kept for it: that is in the answer.
    else if (bytes && at >= request.answeredFrom) addBytes(request, bytes, at);
  }

  function addBytes(request: WireRequest, bytes: Uint8Array, at: number): void {
    request.bytes += bytes.length;
    add(request, {
      type: 'WireBytes',
      bytes,
      ends: Uint32Array.of(bytes.length),
      times: Float64Array.of(at),
    });
  }

  function finished(
    id: string,
    request: WireRequest,
    event: NetworkEvent,
    error: string,
    canceled: boolean,
  ): void {
    const endNow = (): void => {
      if (request.sent !== 'told') {
        // Nothing can be added to it once it is over.
        const cancel = clock.after(SENT_WITHIN, () => sent(request, request.headers, true));
        request.onSent = () => {
          cancel();
          endNow();
        };
        return;
      }
      requests.delete(id);
      const at = timeOf(request, event.timestamp);
      add(request, { type: 'RequestEnded', at, error, aborted: canceled || error === 'net::ERR_ABORTED' });
    };
    // Of a body that is over at once, the debugger may have told nothing.
    const end = (): void => {
      if (request.stream && request.bytes === 0 && error === '')
        void readMissed(request).then(endNow, endNow);
      else endNow();
    };
    if (request.syncing) endAfterSync(request, end);
    else if (request.asked && !request.stream) void readEvidence(request).then(end, end);
    else end();
  }

  async function readMissed(request: WireRequest): Promise<void> {
    const { requestId } = requestIdOf(request);
    const { body = '', base64Encoded } = await send<{ body?: string; base64Encoded?: boolean }>(
      request.source,
      'Network.getResponseBody',
      { requestId },
    );
    cut(request, base64Encoded ? decodeBase64(body) : encodeBody(body, request.charset), []);
  }

  async function readLast(id: string, request: WireRequest): Promise<void> {
    const { requestId } = requestIdOf(request);
    const bytes = await Promise.race([
      askForBytes(request.source, requestId),
      new Promise<undefined>((resolve) => clock.after(ANSWERS_WITHIN, () => resolve(undefined))),
    ]);
    if (!bytes || request.syncing || !requests.delete(id)) return;
    cut(request, bytes, []);
    report(request, { type: 'WireClosed', at: wallClock.now() });
  }

  async function readAllLast(tab: number): Promise<void> {
    const reads = [...requests].map(async ([id, promise]) => {
      const request = await promise;
      if (request?.source.tabId === tab && request.stream) await readLast(id, request);
    });
    await Promise.all(reads);
  }

  async function detach(tab: number): Promise<void> {
    await attaching.get(tab)?.catch(() => {});
    if (!tabs.delete(tab)) return;
    breakAll(tab);
    await api.detach({ tabId: tab }).catch(() => {});
  }

  async function attach(tab: number): Promise<void> {
    await api.attach({ tabId: tab }, '1.3');
    try {
      mainFrames.set(tab, Promise.resolve(await findMainFrame(tab)));
      await prepare({ tabId: tab });
    } catch (error) {
      await api.detach({ tabId: tab }).catch(() => {});
      throw error;
    }
    tabs.set(tab, wallClock.now());
  }

  async function findMainFrame(tab: number): Promise<string | undefined> {
    return (await readFrameTree(tab)).frameTree?.frame.id;
  }

  function readFrameTree(tab: number): Promise<{ frameTree?: FrameTree }> {
    return send({ tabId: tab }, 'Page.getFrameTree');
  }

  async function readEvidence(request: WireRequest): Promise<void> {
    const { requestId } = requestIdOf(request);
    const { body } = await send<{ body: string }>(request.source, 'Network.getResponseBody', { requestId });
    add(request, { type: 'EvidenceSeen', text: body.slice(0, EVIDENCE_SIZE) });
  }

  return {
    attach(tab) {
      const running = attaching.get(tab);
      if (running) return running;
      if (tabs.has(tab)) return Promise.resolve();
      const started = attach(tab).finally(() => attaching.delete(tab));
      attaching.set(tab, started);
      return started;
    },
    detach,
    async close(tab) {
      const since = tabs.get(tab);
      await readAllLast(tab);
      // Recording may have begun anew meanwhile, and goes on with it.
      if (tabs.get(tab) === since) await detach(tab);
    },
    covers: (tab, at) => at >= (tabs.get(tab) ?? Infinity),
    since: (tab) => tabs.get(tab) ?? 0,
    pageShown(tab) {
      if (tabs.has(tab)) void names.look(tab);
    },
    resume(known) {
      for (const [tab, since] of known) {
        if (since === 0) {
          void api.detach({ tabId: tab }).catch(() => {});
          host.takenOff(tab, wallClock.now());
          continue;
        }
        tabs.set(tab, since);
        mainFrames.set(
          tab,
          findMainFrame(tab).catch(() => undefined),
        );
        resumeTab(tab);
        void names.look(tab);
      }
    },
  };
}
