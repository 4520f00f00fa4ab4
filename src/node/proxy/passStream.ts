import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Header } from '../../shared/session/types.ts';
import { createParser } from '../../shared/sse/parse.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { Faults } from '../faults/faults.ts';
import type { ExchangeRecorder } from '../record/sessionRecorder.ts';
import { Player } from '../stage/player.ts';
import type { LiveSource } from '../stage/playerOptions.ts';
import { codingFor, sinkFor } from '../stage/sinks.ts';

/** Bytes that wait for their time, because a fault holds them up: the server behind waits when there are more. */
const MOST_WAITING = 1 << 20;

export interface Passed {
  /** Of the answer, as they are passed on. */
  status: number;
  headers: Header[];
  /** Of the answer, without its codings. */
  body: Readable;
  faults: Faults;
  /** Of chance. */
  random(): number;
  exchange: ExchangeRecorder;
}

/** Passes an event stream on as it comes, with faults, and records what came. Returns what plays it. */
export function passStream(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body, faults, random, exchange }: Passed,
): Player {
  const coding = codingFor(request, faults);
  const { contentType } = faults;
  const passed = headers.filter(
    ([name]) =>
      !/^content-(encoding|length)$/i.test(name) &&
      (contentType === undefined || !/^content-type$/i.test(name)),
  );
  if (contentType) passed.push(['Content-Type', contentType]);
  if (coding) passed.push(['Content-Encoding', coding.encoding]);
  response.writeHead(faults.status ?? status, passed.flat());
  response.write('', 'latin1');

  const begun = performance.now();
  const { sink, drained } = sinkFor(response, coding);
  let waiting = 0;
  const live: LiveSource = {
    waiting: [],
    ended: undefined,
    taken({ bytes }) {
      waiting -= bytes.length;
      holdUp();
    },
  };
  const player = new Player({
    track: EMPTY,
    live,
    faults,
    random,
    speed: 1,
    paused: false,
    loop: false,
    from: 0,
    to: Infinity,
    start: undefined,
    heartbeat: 0,
    sink,
    over: () => {},
  });
  /** A client that does not read, or a fault, holds up the server behind, as it would without us. */
  function holdUp(): void {
    if (waiting > MOST_WAITING || player.progress.state === 'waiting for the client') body.pause();
    else body.resume();
  }
  drained(() => {
    player.drained();
    holdUp();
  });

  let blocks: number[] = [];
  const parser = createParser({
    entry(kind, _from, to) {
      if (kind === EntryKind.event) blocks.push(to);
    },
  });
  let offset = 0;
  player.start(begun);
  body.on('data', (bytes: Buffer) => {
    exchange.chunk(bytes);
    parser.push(bytes);
    const to = offset + bytes.length;
    const at = performance.now() - begun;
    live.waiting.push({ at, lag: 0, to, bytes, blocks: blocks.map((end) => end - offset) });
    waiting += bytes.length;
    blocks = [];
    offset = to;
    player.poke();
    holdUp();
  });
  body.on('end', () => {
    exchange.ended('end');
    live.ended = 'end';
    player.poke();
  });
  body.on('error', (error) => {
    exchange.ended('error', error.message);
    live.ended = 'drop';
    player.poke();
  });
  response.on('close', () => {
    exchange.ended(live.ended === undefined ? 'close' : 'end');
    player.stop();
    body.destroy();
  });
  return player;
}

const EMPTY = {
  bytes: new Uint8Array(0),
  ends: new Uint32Array(0),
  times: new Float64Array(0),
  blockEnds: new Uint32Array(0),
  blockIds: [],
  isEvent: new Uint8Array(0),
  status: 200,
  headers: [],
  respondAt: 0,
  endAt: 0,
  ending: 'end' as const,
};
