import { base64 } from './browserApi.ts';
import type { SimulatedStream } from './document.ts';
import { debuggerLatency, latency, type World } from './world.ts';

/** One HTTP request, its response, and the log of its server. */
export interface Connection {
  uid: string;
  stream: SimulatedStream;
  requestId: string;
  wireId: string;
  /** `Last-Event-ID` as sent. */
  lastEventId: string;
  /** The debugger was on before it began. */
  tapped: boolean;
  /** What the server has sent, and what has arrived. */
  sent: string;
  received: string;
  streamed: boolean;
  responded: boolean;
  over: boolean;
  cancel(): void;
}

const HEADERS = { 'Content-Type': 'text/event-stream' };

/** What the page process hears of its connection. */
export interface Receiver {
  responded(status: number): void;
  data(text: string, from: number): void;
  ended(failed: boolean): void;
}

/** Sends a request. The server answers with numbered blocks, and ends in one of the ways in which servers do. */
export function openConnection(
  world: World,
  stream: SimulatedStream,
  lastEventId: string,
  to: Receiver,
): Connection {
  const { scheduler, random } = world;
  const { document } = stream;
  const tab = world.tabs.get(document.tab)!;
  const number = world.nextId();
  const one: Connection = {
    uid: `c${number}`,
    stream,
    requestId: String(number),
    wireId: `w.${number}`,
    lastEventId,
    tapped: tab.network,
    sent: '',
    received: '',
    streamed: false,
    responded: false,
    over: false,
    cancel: () => finish('net::ERR_ABORTED'),
  };
  world.connections.push(one);

  const requestHeaders: Record<string, string> = { Accept: 'text/event-stream' };
  if (lastEventId) requestHeaders['Last-Event-ID'] = lastEventId;

  function http(event: string, more: object = {}): void {
    const details = {
      requestId: one.requestId,
      url: stream.url,
      method: stream.method,
      tabId: document.tab,
      frameId: stream.worker ? 0 : document.frameId,
      documentId: document.documentId,
      initiator: 'http://a.test',
      timeStamp: scheduler.wall,
      ...more,
    };
    scheduler.post('webRequest', () => world.life.emit(event, details), latency(world));
  }

  function wire(method: string, more: object = {}, channel = 'debugger'): void {
    if (!tab.network) return;
    const details = { requestId: one.wireId, timestamp: scheduler.now / 1000, ...more };
    // A worker has a session of its own with the debugger.
    const source = { tabId: document.tab, ...(stream.worker ? { sessionId: `W${stream.uid}` } : {}) };
    scheduler.post(
      channel,
      () => {
        if (!document.wireCut || stream.worker) world.life.emit('debuggerEvent', source, method, details);
      },
      debuggerLatency(world),
    );
  }

  http('onBeforeRequest');
  http('onSendHeaders', { requestHeaders: pairs(requestHeaders) });
  wire('Network.requestWillBeSent', {
    wallTime: scheduler.wall / 1000,
    documentURL: document.url,
    loaderId: stream.worker ? '' : `L${document.documentId}`,
    ...(stream.worker ? {} : { frameId: `F${document.frameId}` }),
    type: stream.transport === 'EventSource' ? 'EventSource' : 'Fetch',
    request: { url: stream.url, method: stream.method, headers: { Accept: 'text/event-stream' } },
  });
  wire('Network.requestWillBeSentExtraInfo', { headers: requestHeaders }, 'debuggerExtra');
  scheduler.after(random.integer(1, 40), respond);

  function respond(): void {
    if (one.over) return;
    if (random.chance(0.08)) {
      finish('net::ERR_CONNECTION_REFUSED');
      return;
    }
    const status = random.chance(0.05) ? 500 : 200;
    one.responded = true;
    const statusLine = `HTTP/1.1 ${status}`;
    http('onResponseStarted', { statusCode: status, statusLine, responseHeaders: pairs(HEADERS) });
    wire('Network.responseReceived', {
      loaderId: stream.worker ? '' : `L${document.documentId}`,
      hasExtraInfo: true,
      ...(stream.worker ? {} : { frameId: `F${document.frameId}` }),
      type: stream.transport === 'EventSource' ? 'EventSource' : 'Fetch',
      response: {
        url: stream.url,
        status,
        headers: HEADERS,
        mimeType: 'text/event-stream',
        charset: 'utf-8',
      },
    });
    to.responded(status);
    if (status !== 200) finish('');
    else more(0);
  }

  function more(n: number): void {
    if (one.over) return;
    const end = n >= stream.length;
    if (end) {
      if (random.chance(0.7)) finish(random.chance(0.5) ? '' : 'net::ERR_INCOMPLETE_CHUNKED_ENCODING');
      return;
    }
    let text = '';
    let next = n;
    for (let i = random.integer(1, 4); i > 0 && next < stream.length; i--) text += block(next++);
    // A chunk may end anywhere; the rest comes with the next one, before anything else can happen to the connection.
    const cut = random.chance(0.3) ? random.integer(1, text.length - 1) : text.length;
    arrive(text.slice(0, cut));
    scheduler.after(0, () => {
      if (one.over) return;
      if (cut < text.length) arrive(text.slice(cut));
      scheduler.after(random.chance(0.3) ? 0 : random.integer(0, 120), () => more(next));
    });
  }

  function block(n: number): string {
    const name = `${one.uid}.${n}`;
    const type = random.chance(0.25) ? `event: ${random.pick(['heard', 'unheard'])}\n` : '';
    const comment = random.chance(0.1) ? ': beat\n' : '';
    return `${comment}${type}id: ${name}\ndata: ${name}\n\n`;
  }

  function arrive(text: string): void {
    if (text === '') return;
    one.sent += text;
    one.received += text;
    const data = one.streamed ? { data: base64(text) } : {};
    wire('Network.dataReceived', { dataLength: text.length, ...data });
    to.data(text, one.received.length - text.length);
  }

  function finish(error: string): void {
    if (one.over) return;
    one.over = true;
    if (error) {
      wire('Network.loadingFailed', { errorText: error, canceled: error === 'net::ERR_ABORTED' });
      http('onErrorOccurred', { error });
    } else {
      wire('Network.loadingFinished');
      http('onCompleted');
    }
    if (error !== 'net::ERR_ABORTED') to.ended(error !== '');
  }

  return one;
}

function pairs(headers: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}
