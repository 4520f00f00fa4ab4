import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Header } from '../../shared/session/types.ts';
import { type Faults, faultsFor, type Scenario } from '../faults/faults.ts';
import { createRandom } from '../faults/random.ts';
import { codingsOf, decodedBody } from '../record/decodeBody.ts';
import { headerPairs } from '../record/headerPairs.ts';
import type { ExchangeRecorder, SessionRecorder, StreamRecorder } from '../record/sessionRecorder.ts';
import type { Player } from '../stage/player.ts';
import { endToEndHeaders } from './endToEndHeaders.ts';
import { passAnswer } from './passAnswer.ts';
import { passStream } from './passStream.ts';
import type { Upstream } from './upstream.ts';

interface ProxiedStreamsOptions {
  recorder: SessionRecorder;
  scenario: Scenario;
  upstream: Upstream;
  say(text: string): void;
}

/** A request whose answer is an event stream. */
interface StreamRequest {
  request: IncomingMessage;
  response: ServerResponse;
  answer: IncomingMessage;
  path: string;
  /** Headers that were sent to the server behind. */
  sent: Header[];
}

/** The event streams that go through the proxy: recorded, and with the faults of the scenario. */
export class ProxiedStreams {
  readonly #options: ProxiedStreamsOptions;
  /** Responses so far, by path. */
  readonly #counts = new Map<string, number>();
  /** Streams that a client goes on with after the end of a response, by method and path. */
  readonly #streams = new Map<string, StreamRecorder>();
  readonly #players = new Set<Player>();
  /** When a fault began to refuse a path. */
  readonly #refusedSince = new Map<string, number>();

  constructor(options: ProxiedStreamsOptions) {
    this.#options = options;
  }

  /** The faults of the next response. */
  nextFaults(path: string): Faults {
    return faultsFor(this.#options.scenario, path, (this.#counts.get(path) ?? 0) + 1);
  }

  /** @throws when the response cannot be begun */
  pass(stream: StreamRequest): void {
    const { response, answer, path } = stream;
    const { say, scenario } = this.#options;
    const body = decodedBody(answer);
    if (!body) {
      const codings = codingsOf(answer).join(', ');
      say(`${path}: the content coding ${codings} cannot be read: it is passed on unrecorded.`);
      passAnswer(response, answer);
      return;
    }
    const faults = this.nextFaults(path);
    const count = (this.#counts.get(path) ?? 0) + 1;
    this.#counts.set(path, count);
    const exchange = this.#record(stream, faults);
    if (this.#isRefused(path, count, faults)) {
      exchange.ended('error', 'refused by a fault');
      answer.destroy();
      response.destroy();
      return;
    }
    try {
      const player = passStream(stream.request, response, {
        status: statusOf(answer),
        headers: endToEndHeaders(headerPairs(answer.rawHeaders)),
        body,
        faults,
        random: createRandom((scenario.seed ?? 1) + count),
        exchange,
      });
      this.#players.add(player);
      response.on('close', () => this.#players.delete(player));
    } catch (error) {
      exchange.ended('error', (error as Error).message);
      throw error;
    }
  }

  close(): void {
    for (const player of this.#players) player.close();
  }

  #record({ request, answer, path, sent }: StreamRequest, faults: Faults): ExchangeRecorder {
    const { recorder, upstream, say } = this.#options;
    const method = request.method ?? 'GET';
    const key = `${method} ${path}`;
    // Who has an ID goes on with the stream that it is of.
    const recorded =
      (request.headers['last-event-id'] !== undefined ? this.#streams.get(key) : undefined) ??
      recorder.stream({
        url: upstream.urlOf(path),
        method,
        transport: method === 'GET' ? 'EventSource' : 'fetch',
        documentUrl: request.headers.referer ?? '',
      });
    this.#streams.set(key, recorded);
    const exchange = recorded.exchange(sent);
    const status = statusOf(answer);
    const { httpVersion, socket } = answer;
    exchange.responded(
      status,
      headerPairs(answer.rawHeaders),
      `HTTP/${httpVersion}`,
      socket.remoteAddress ?? '',
    );
    say(`${method} ${path}: ${status}, a stream${Object.keys(faults).length > 0 ? ', with faults' : ''}`);
    return exchange;
  }

  #isRefused(path: string, count: number, { refuse }: Faults): boolean {
    const since = this.#refusedSince.get(path) ?? Date.now();
    if (refuse) this.#refusedSince.set(path, since);
    const { times = 0, ms = 0 } = refuse ?? {};
    return count <= times || Date.now() - since < ms;
  }
}

function statusOf({ statusCode }: IncomingMessage): number {
  return statusCode ?? 200;
}
