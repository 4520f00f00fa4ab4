import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Faults, faultsFor, type Scenario } from '../faults/faults.ts';
import { createRandom } from '../faults/random.ts';
import { MockError } from '../http/mockError.ts';
import { longTimeout } from '../longTimeout.ts';
import { Cast, type Part } from './cast.ts';
import { Player } from './player.ts';
import type { PlayerProgress } from './playerOptions.ts';
import { corsHeaders, replayHeaders } from './replayHeaders.ts';
import { breakOff, codingFor, sinkFor } from './sinks.ts';
import { type Client, STAGE_DEFAULTS, type StageOptions, type StageTotals } from './stageOptions.ts';

type Playing = { player: Player; client: Omit<Client, keyof PlayerProgress>; response: ServerResponse };

/** Where sessions are played to clients. */
export class Stage {
  readonly cast = new Cast();
  readonly options: StageOptions;
  readonly #playing = new Map<number, Playing>();
  readonly #counts = new Map<string, number>();
  readonly #refusedSince = new Map<string, number>();
  readonly #totals = { connections: 0, bytes: 0, events: 0, refused: 0, notServed: 0 };
  #nextId = 1;
  #closing = false;

  constructor(options: Partial<StageOptions>) {
    this.options = { ...STAGE_DEFAULTS, ...options };
  }

  get clients(): Client[] {
    return [...this.#playing.values()].map(({ player, client }) => ({ ...client, ...player.progress }));
  }

  get statistics(): StageTotals {
    const now = [...this.#playing.values()].map(({ player }) => player.progress);
    return {
      ...this.#totals,
      clients: now.length,
      bytes: now.reduce((sum, { bytes }) => sum + bytes, this.#totals.bytes),
      events: now.reduce((sum, { events }) => sum + events, this.#totals.events),
    };
  }

  /** Of one client, or of all. Returns how many there were. */
  each(id: number | undefined, act: (player: Player) => void): number {
    const chosen = [...this.#playing.entries()].filter(([one]) => id === undefined || one === id);
    for (const [, { player }] of chosen) act(player);
    return chosen.length;
  }

  pause(): void {
    this.options.paused = true;
    this.each(undefined, (player) => player.pause());
  }

  resume(): void {
    this.options.paused = false;
    this.each(undefined, (player) => player.resume());
  }

  setSpeed(speed: number): void {
    this.options.speed = speed;
    this.each(undefined, (player) => player.setSpeed(speed));
  }

  setScenario(scenario: Scenario): void {
    this.options.scenario = scenario;
    this.#refusedSince.clear();
    for (const { player, client } of this.#playing.values())
      player.setFaults(faultsFor(scenario, client.path, client.connection));
  }

  disconnect(id: number | undefined): number {
    const chosen = [...this.#playing.entries()].filter(([one]) => id === undefined || one === id);
    for (const [, { response }] of chosen) breakOff(response);
    return chosen.length;
  }

  /** Everything that is open comes to the end of its block, and ends. */
  close(): void {
    this.#closing = true;
    this.each(undefined, (player) => player.close());
  }

  /**
   * Serves a request.
   *
   * @param path - path and query
   * @throws {MockError} when nothing is served there
   */
  serve(request: IncomingMessage, response: ServerResponse, path: string, origin: string | undefined): void {
    if (this.#closing) throw new MockError(503, 'closing', 'The server is about to end.');
    const method = request.method ?? 'GET';
    const count = (this.#counts.get(path) ?? 0) + 1;
    const faults = faultsFor(this.options.scenario, path, count);
    const given = request.headers['last-event-id'];
    const lastEventId = faults.ignoreLastEventId || typeof given !== 'string' ? '' : decodeId(given);
    if (this.cast.methodsAt(path).includes(method)) {
      this.#counts.set(path, count);
      if (this.#isRefused(path, faults, count)) {
        this.#totals.refused++;
        breakOff(response);
        return;
      }
    }
    const part = this.cast.take(method, path, lastEventId, this.options.reconnect, this.options.whenOver);
    const cors = corsHeaders(origin, request.headers);
    if (part === 'over') {
      response.writeHead(204, cors).end();
      return;
    }
    if (!part) {
      this.#totals.notServed++;
      const methods = this.cast.methodsAt(path);
      if (methods.length > 0)
        throw new MockError(405, 'wrong-method', `${path} is served for ${methods.join(', ')} only.`);
      throw new MockError(
        404,
        'not-served',
        `Nothing in these sessions was asked for at ${path.slice(0, 300)}.`,
      );
    }
    this.#play(request, response, part, faults, cors, lastEventId, path);
  }

  #isRefused(path: string, { refuse }: Faults, count: number): boolean {
    if (!refuse) return false;
    const since = this.#refusedSince.get(path) ?? Date.now();
    this.#refusedSince.set(path, since);
    if (refuse.times !== undefined && count <= refuse.times) return true;
    return refuse.ms !== undefined && Date.now() - since < refuse.ms;
  }

  #play(
    request: IncomingMessage,
    response: ServerResponse,
    part: Part,
    faults: Faults,
    cors: Record<string, string>,
    lastEventId: string,
    path: string,
  ): void {
    const id = this.#nextId++;
    this.#totals.connections++;
    const { track } = part;
    const coding = codingFor(request, faults);
    const headers: Record<string, string | string[]> = { ...replayHeaders(track.headers), ...cors };
    if (coding) headers['content-encoding'] = coding.encoding;
    if (faults.contentType === '') delete headers['content-type'];
    else if (faults.contentType !== undefined) headers['content-type'] = faults.contentType;
    const status = faults.status ?? track.status;
    const asked = performance.now();
    let gone = false;
    let cancel = (): void => {};
    let player: Player | undefined;

    const leave = (): void => {
      gone = true;
      cancel();
      part.left();
      if (!player) return;
      player.stop();
      this.#playing.delete(id);
      this.#totals.bytes += player.progress.bytes;
      this.#totals.events += player.progress.events;
    };
    response.on('close', leave);
    // A client that is gone is no failure of ours.
    response.on('error', () => {});

    const begin = (): void => {
      if (gone) return;
      if (this.#closing) {
        response.destroy();
        return;
      }
      response.writeHead(status, headers);
      if (status === 204 || status === 304) {
        part.finished(true);
        response.end();
        return;
      }
      // Sends the head now, in the encoding of headers; `flushHeaders` would write UTF-8.
      response.write('', 'latin1');
      if (status >= 400 && faults.status !== undefined) {
        part.finished(true);
        response.end();
        return;
      }
      const sink = sinkFor(response, coding);
      const { speed, loop, from, to, heartbeat, scenario, paused } = this.options;
      player = new Player({
        track,
        faults,
        random: createRandom((scenario.seed ?? 1) + id),
        speed,
        paused,
        loop,
        from,
        to,
        start: part.start.offset > 0 ? part.start : undefined,
        heartbeat,
        sink: sink.sink,
        over: (isCut) => part.finished(isCut),
      });
      sink.drained(() => player!.drained());
      this.#playing.set(id, {
        player,
        response,
        client: {
          id,
          stream: part.stream.id,
          path,
          method: part.stream.method,
          connection: part.number,
          since: Date.now(),
          lastEventId,
        },
      });
      player.start(asked);
    };
    // The answer took its time, too.
    const wait =
      part.start.offset > 0 ? 0 : Math.max(0, track.respondAt - this.options.from) / this.options.speed;
    const until = wait + (faults.delay?.ms ?? 0);
    if (until > 1) cancel = longTimeout(begin, until);
    else begin();
  }
}

/** Node gives headers byte by byte; `Last-Event-ID` is UTF-8. */
function decodeId(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
