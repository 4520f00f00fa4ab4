import { createOutbox } from '../../src/content/bridge/outbox.ts';
import { createRebase } from '../../src/content/bridge/rebase.ts';
import type { BackgroundToBridge, BridgeToBackground } from '../../src/shared/protocol/bridgeLink.ts';
import type { EventsArrived, PageFact } from '../../src/shared/protocol/pageLink.ts';
import { portWire, type Wire } from '../../src/shared/protocol/wire.ts';
import type { EndCause, Transport } from '../../src/shared/session/types.ts';
import { type Connection, openConnection } from './connection.ts';
import { connectPorts } from './wirePorts.ts';
import { latency, type World } from './world.ts';

/** A stream of a page or of a worker. */
export interface SimulatedStream {
  uid: string;
  document: SimulatedDocument;
  url: string;
  method: string;
  transport: Transport;
  worker: boolean;
  /** Blocks that the server has for each connection. */
  length: number;
  connections: Connection[];
  /** Names of the blocks that the page was given while the document was observed, by connection. */
  observed: Map<string, string[]>;
  closed: boolean;
  /** Recording began when it was open already. */
  lateReported: boolean;
  /** The page tap has reported it, and the report was not thrown away. */
  reported: boolean;
  close(): void;
}

export interface SimulatedDocument {
  documentId: string;
  tab: number;
  frameId: number;
  url: string;
  /** The main document in whose page it is. */
  page: string;
  /** The bridge was told that the tab is recorded. */
  recorded: boolean;
  gone: boolean;
  /** The debugger has lost what its requests did last, and says nothing of their ends. */
  wireCut: boolean;
  /** It went away, and the background was killed before it had written the last reports: nobody has them any more. */
  mayLose: boolean;
  streams: SimulatedStream[];
  open(): SimulatedStream;
  openWorkerStream(): SimulatedStream;
  /** A script closes one of its streams. */
  close(stream: SimulatedStream): void;
  unload(): void;
  backgroundKilled(): void;
  /** The browser closes its port to the background, as for the back/forward cache. */
  dropPort(): void;
  /** The wall clock has jumped between two of its batches: a mark has to say so. */
  clockJumped: boolean;
}

/** A document with its page tap (as far as its reports go), and its bridge with the real outbox. */
export function openDocument(world: World, tab: number, frameId: number, page: string): SimulatedDocument {
  const { scheduler, random } = world;
  const documentId = `D${world.nextId()}`;
  // As `performance.now()` of its document: its zero is no other clock's.
  const origin = scheduler.now - random.integer(0, 100_000);
  const mono = (): number => scheduler.now - origin;
  const beganAt = mono();
  let rebase = createRebase();
  const outbox = createOutbox();
  const name = `${documentId}-bridge`;
  const url = `http://a.test/${documentId}`;
  let phase: 'unasked' | 'asking' | 'recording' | 'asleep' = 'unasked';
  let session = '';
  let facts: PageFact[] = [];
  let flushing = false;
  let background: Wire<BridgeToBackground, BackgroundToBridge> | undefined;
  let ports = 0;
  let sequence = 0;

  const document: SimulatedDocument = {
    documentId,
    tab,
    frameId,
    url,
    page: page || documentId,
    recorded: false,
    gone: false,
    wireCut: false,
    mayLose: false,
    streams: [],
    open: () => openStream(false),
    openWorkerStream: () => openStream(true),
    close: (stream) => (stream.worker ? stop(stream) : inPage(() => stream.close())),
    unload,
    backgroundKilled() {
      const written = world.records.documents.get(name)?.sequence ?? 0;
      if (document.gone && written < sequence) document.mayLose = true;
    },
    dropPort() {
      if (!document.gone) cutPort?.();
    },
    clockJumped: false,
  };
  world.documents.push(document);
  world.trace?.(`${documentId} opens in tab ${tab}, frame ${frameId}, page ${document.page}`);

  /** Something happens in the page's thread, after all that is to happen there before. */
  function inPage(work: () => void): void {
    scheduler.post(
      `page:${documentId}`,
      () => {
        if (!document.gone) work();
      },
      random.chance(world.profile.busy) ? random.integer(0, 1500) : random.integer(0, 4),
    );
  }

  function report(fact: PageFact): void {
    if (phase !== 'asking' && phase !== 'recording') return;
    facts.push(fact);
    if (flushing) return;
    flushing = true;
    // A page that is busy has no time for it, and connects again before it has said that it will.
    const pause = random.chance(world.profile.busy) ? random.integer(120, 3000) : random.integer(15, 120);
    scheduler.after(pause, () => {
      flushing = false;
      if (phase === 'recording' && !document.gone) flush();
    });
  }

  function flush(): void {
    if (facts.length > 0) {
      sequence++;
      world.trace?.(
        `${name} reports ${sequence}: ${facts.map((fact) => `${fact.type} ${fact.stream}`).join(', ')}`,
      );
      const offset = scheduler.wall - mono();
      if (Math.abs(offset - (lastOffset ?? offset)) > 2000) document.clockJumped = true;
      lastOffset = offset;
      outbox.add(session, rebase.batch(facts, { monotonic: mono(), wall: scheduler.wall }));
    }
    facts = [];
  }

  function streamSeen(): void {
    if (phase !== 'unasked') return;
    phase = 'asking';
    scheduler.post(`page:${documentId}`, connect, latency(world));
  }

  function connect(): void {
    if (background || document.gone) return;
    const id = `${documentId}.${ports++}`;
    const sender = { tab: { id: tab }, frameId, documentId, url };
    const { here, there, cut, breakOff } = connectPorts(scheduler, id, 'document', sender, () =>
      latency(world),
    );
    const wire = portWire<BridgeToBackground, BackgroundToBridge>(here);
    background = wire;
    dropPort = () => cut('here');
    cutPort = breakOff;
    const connected = world.ports;
    isCut = false;
    connected.add(() => {
      isCut = true;
      cut('there');
    });
    wire.listen((message) => {
      world.trace?.(`${name} is told ${JSON.stringify(message)}`);
      if (document.gone) return;
      if (message.type === 'Forget') outbox.forget(message.sequence);
      else if (message.type === 'Record') {
        if (phase !== 'recording') rebase = createRebase();
        rebase.setBack(message.behind);
        // What it is told of is no news.
        lastOffset = undefined;
        if (!sending) outbox.open(wire.post);
        sending = true;
        if (phase === 'recording' && session !== message.session) flush();
        const slept = phase === 'asleep' || phase === 'unasked';
        session = message.session;
        document.recorded = true;
        phase = 'recording';
        if (slept) for (const stream of document.streams) reportLate(stream);
        flush();
      } else {
        phase = 'asleep';
        facts = [];
        for (const stream of document.streams) {
          stream.observed.clear();
          for (const one of stream.connections) seenFrom.delete(one);
          stream.reported = false;
        }
      }
    });
    wire.closed(() => {
      background = undefined;
      outbox.shut();
      if (phase !== 'asleep') scheduler.after(random.integer(0, 250), connect);
    });
    scheduler.post(`up:${id}`, () => world.life.connect(there), latency(world));
    wire.post({
      type: 'DocumentConnected',
      document: name,
      url,
      title: '',
      top: frameId === 0,
      // As the bridge says it: by the wall clock of now.
      beganAt: scheduler.wall - mono() + beganAt,
    });
    let sending = phase === 'recording';
    if (sending) outbox.open(wire.post);
  }
  let isCut = false;
  let dropPort: (() => void) | undefined;
  let cutPort: (() => void) | undefined;
  /** How far the wall clock was from the monotonic one at the last batch. */
  let lastOffset: number | undefined;

  function unload(): void {
    if (document.gone) return;
    const at = mono();
    for (const stream of document.streams) {
      if (stream.worker || stream.closed || !numbers.has(stream)) continue;
      report(ended(numbers.get(stream)!, at, 'unload', true));
    }
    if (phase === 'recording') {
      connect();
      flush();
    } else if (phase === 'asking' && background) {
      // It has not heard its session yet: the background knows it.
      flush();
      outbox.open(background.post);
    }
    // What it reports now reaches nobody.
    if ((!background || isCut) && sequence > (world.records.documents.get(name)?.sequence ?? 0))
      document.mayLose = true;
    if (phase !== 'recording') document.recorded = false;
    document.gone = true;
    document.wireCut = random.chance(0.5);
    for (const stream of document.streams) stop(stream);
    scheduler.drop(`page:${documentId}`);
    dropPort?.();
  }

  const numbers = new Map<SimulatedStream, number>();

  function openStream(worker: boolean): SimulatedStream {
    const uid = `s${world.nextId()}`;
    const transport = worker || random.chance(0.6) ? 'EventSource' : 'fetch';
    // Some streams share one URL.
    const path = random.chance(0.3) ? `shared${random.integer(1, 2)}` : uid;
    const stream: SimulatedStream = {
      uid,
      document,
      url: `http://a.test/${worker ? 'worker/' : ''}${path}`,
      method: transport === 'fetch' && random.chance(0.3) ? 'POST' : 'GET',
      transport,
      worker,
      length: random.integer(0, 25),
      connections: [],
      observed: new Map(),
      closed: false,
      lateReported: false,
      reported: false,
      close() {
        if (stream.closed) return;
        const number = numbers.get(stream);
        const cause = transport === 'EventSource' ? 'close' : 'abort';
        if (number !== undefined) report(ended(number, mono(), cause, true));
        stop(stream);
      },
    };
    document.streams.push(stream);
    world.trace?.(`${documentId} opens ${uid} ${stream.method} ${stream.url}`);
    if (worker) connectStream(stream, '');
    else inPage(() => begin(stream));
    return stream;
  }

  /** Recording begins, and the stream is open already. */
  function reportLate(stream: SimulatedStream): void {
    if (stream.worker || stream.closed || !numbers.has(stream)) return;
    stream.lateReported = true;
    stream.reported = true;
    const number = nextNumber++;
    numbers.set(stream, number);
    const { transport, method, url } = stream;
    const at = mono();
    report({ type: 'StreamOpened', stream: number, at, transport, method, url, stack: '', late: true });
    if (stream.connections.at(-1)?.responded && !stream.connections.at(-1)?.over) {
      report({ type: 'ExchangeResponded', stream: number, at, status: 0, url, headers: [] });
    }
    if (heard.has(stream)) report({ type: 'ListenerAdded', stream: number, at, event: 'heard' });
  }

  /** The browser gives up its connection. */
  function stop(stream: SimulatedStream): void {
    stream.closed = true;
    stream.connections.at(-1)?.cancel();
  }

  function begin(stream: SimulatedStream): void {
    if (stream.closed) return;
    const number = nextNumber++;
    numbers.set(stream, number);
    streamSeen();
    stream.reported = phase === 'asking' || phase === 'recording';
    const { transport, method, url } = stream;
    report({
      type: 'StreamOpened',
      stream: number,
      at: mono(),
      transport,
      method,
      url,
      stack: '',
      late: false,
    });
    if (transport === 'EventSource' && random.chance(0.7)) {
      report({ type: 'ListenerAdded', stream: number, at: mono(), event: 'heard' });
      heard.add(stream);
    }
    if (random.chance(0.05)) {
      // A policy of the page forbids it: an error, and no request.
      report(ended(number, mono(), 'error', true));
      stream.closed = true;
      return;
    }
    connectStream(stream, '');
    if (random.chance(0.3)) {
      scheduler.after(random.integer(10, 4000), () => inPage(() => stream.close()));
    }
  }
  let nextNumber = 1;
  const heard = new Set<SimulatedStream>();
  /** Offset from which on the bytes of a connection were reported. */
  const seenFrom = new Map<Connection, number>();

  function connectStream(stream: SimulatedStream, lastEventId: string): void {
    if (stream.closed || document.gone) return;
    let rest = '';
    let lastId = lastEventId;
    const then = stream.worker ? (work: () => void) => scheduler.after(0, work) : inPage;
    const isOpen = (): boolean => !stream.closed && !document.gone;
    const one = openConnection(world, stream, lastEventId, {
      responded(status) {
        then(() => {
          const number = numbers.get(stream);
          if (!isOpen() || number === undefined || status !== 200) return;
          const at = mono();
          report({ type: 'ExchangeResponded', stream: number, at, status: 0, url: stream.url, headers: [] });
        });
      },
      data(text, from) {
        then(() => {
          if (!isOpen()) return;
          rest += text;
          const blocks = rest.split('\n\n');
          rest = blocks.pop()!;
          for (const block of blocks) lastId = /^id: (.*)$/m.exec(block)?.[1] ?? lastId;
          const number = numbers.get(stream);
          if (number !== undefined) received(stream, number, one, text, from, blocks);
        });
      },
      ended(failed) {
        then(() => {
          if (!isOpen()) return;
          const at = mono();
          const number = numbers.get(stream);
          const again = stream.transport === 'EventSource' && one.sent !== '' && random.chance(0.9);
          if (number !== undefined) {
            const cause = again ? 'disconnect' : failed ? 'error' : 'end';
            report(ended(number, at, cause, !again));
          }
          if (!again) {
            stream.closed = true;
            return;
          }
          if (number !== undefined) report({ type: 'ExchangeStarted', stream: number, at });
          scheduler.after(random.pick([25, 300, 3000]), () => then(() => connectStream(stream, lastId)));
        });
      },
    });
    stream.connections.push(one);
  }

  function received(
    stream: SimulatedStream,
    number: number,
    one: Connection,
    text: string,
    from: number,
    blocks: string[],
  ): void {
    if (phase !== 'asking' && phase !== 'recording') return;
    const names = stream.observed.get(one.uid) ?? [];
    stream.observed.set(one.uid, names);
    const at = mono();
    if (stream.transport === 'fetch') {
      // Of a block that began before it was observed, only the end was reported.
      if (!seenFrom.has(one)) seenFrom.set(one, from);
      const whole = blocks.filter((block) => one.sent.indexOf(block) >= seenFrom.get(one)!);
      names.push(...whole.map(nameOf));
      const bytes = new TextEncoder().encode(text);
      report({
        type: 'BytesArrived',
        stream: number,
        bytes,
        ends: Uint32Array.of(bytes.length),
        times: Float64Array.of(at),
      });
      return;
    }
    const events = blocks.filter((block) => {
      const type = /^event: (.*)$/m.exec(block)?.[1] ?? 'message';
      return type === 'message' || (type === 'heard' && heard.has(stream));
    });
    names.push(...events.map(nameOf));
    if (events.length > 0) report(eventsOf(number, events, at));
  }

  return document;
}

function nameOf(block: string): string {
  return /^data: (.*)$/m.exec(block)![1]!;
}

function eventsOf(stream: number, blocks: string[], at: number): EventsArrived {
  const names = blocks.map(nameOf);
  const ends: number[] = [];
  for (const name of names) ends.push((ends.at(-1) ?? 0) + name.length);
  const types = ['message', 'heard'];
  return {
    type: 'EventsArrived',
    stream,
    data: names.join(''),
    dataEnds: Uint32Array.from(ends),
    ids: names.join(''),
    idEnds: Uint32Array.from(ends),
    types,
    typeOf: Uint16Array.from(blocks.map((block) => (/^event: heard$/m.test(block) ? 1 : 0))),
    times: Float64Array.from(names, () => at),
  };
}

function ended(stream: number, at: number, cause: EndCause, final: boolean): PageFact {
  return { type: 'ExchangeEnded', stream, at, cause, final, error: '' };
}
