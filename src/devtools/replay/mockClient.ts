import { SERVE_COMMAND } from '../../shared/replay/serveCommand.ts';
import { joinBytes } from '../../shared/session/joinBytes.ts';
import { createParser } from '../../shared/sse/parse.ts';
import { readBlock } from '../../shared/sse/readEvent.ts';
import { EntryKind } from '../../shared/sse/types.ts';

/** Who is being served, as the mock server tells it. */
export interface MockClientState {
  id: number;
  stream: string;
  path: string;
  connection: number;
  bytes: number;
  events: number;
  /** ms after the request, as it was recorded. */
  position: number;
  lag: number;
  paused: boolean;
  speed: number | 'max';
  state: string;
}

export interface MockStream {
  id: string;
  url: string;
  path: string;
  method: string;
  connections: number;
  events: number;
  ms: number;
}

export interface MockSession {
  id: string;
  name: string;
  streams: MockStream[];
}

export interface MockStatus {
  version: string;
  /** Path before those of the streams, that needs no origin. */
  prefix: string;
  speed: number | 'max';
  paused: boolean;
  sessions: MockSession[];
  clients: MockClientState[];
}

/** What keeps the panel from the mock server, in a sentence with its remedy. */
export class MockProblem extends Error {
  override name = 'MockProblem';
}

export interface MockClient {
  /** @throws {MockProblem} */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** @throws {MockProblem} */
  upload(name: string, file: Blob): Promise<MockSession>;
  /** Tells the status whenever it changes, until the signal is aborted or the server goes away: then it returns, or throws. */
  watch(seen: (status: MockStatus) => void, signal: AbortSignal): Promise<void>;
}

const API = '/_sse-scope/api';

/**
 * Talks to a mock server.
 *
 * @param address - like `http://127.0.0.1:4747`
 * @param version - of the extension: a server of another one may not understand it
 */
export function createMockClient(address: string, token: string, version: string): MockClient {
  const base = address.replace(/\/+$/, '') + API;
  const headers = { authorization: `Bearer ${token}` };

  async function ask(path: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(base + path, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new MockProblem(
        `Nothing answers at ${address}. Start it with the line above, or allow this extension to reach the local network.`,
      );
    }
    if (answer.ok) return answer;
    const said = (await answer.json().catch(() => undefined)) as
      | { error?: { code: string; message: string } }
      | undefined;
    if (!said?.error)
      throw new MockProblem(
        `What answers at ${address} is no mock server of SSE Scope: is the port another program’s?`,
      );
    if (said.error.code === 'no-token')
      throw new MockProblem(
        'The token is another one: take the one that the mock server printed when it started.',
      );
    throw new MockProblem(said.error.message);
  }

  return {
    async call(method, path, body) {
      const answer = await ask(path, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return answer.json();
    },
    async upload(name, file) {
      const answer = await ask(`/sessions?name=${encodeURIComponent(name)}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: file,
      });
      return answer.json();
    },
    async watch(seen, signal) {
      const answer = await ask('/events', { headers, signal });
      let pending = new Uint8Array(0);
      let offset = 0;
      const parser = createParser({
        entry(kind, from, to) {
          if (kind !== EntryKind.event) return;
          const status = JSON.parse(readBlock(pending.subarray(from - offset, to - offset)).data);
          if (status.name !== 'sse-scope')
            throw new MockProblem(`What answers at ${address} is no mock server of SSE Scope.`);
          if (minorOf(status.version) !== minorOf(version))
            throw new MockProblem(
              `The mock server is version ${status.version}, this panel ${version}: start version ${version} with ${SERVE_COMMAND}.`,
            );
          seen(status);
        },
      });
      const reader = answer.body!.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        pending = joinBytes(pending, value);
        parser.push(value);
        // What has been told is needed no more.
        const { blockStart } = parser.state();
        pending = pending.slice(blockStart - offset);
        offset = blockStart;
      }
    },
  };
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
