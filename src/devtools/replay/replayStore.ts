import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { PanelToBackground, RedirectedStream } from '../../shared/protocol/messages.ts';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { parseFault } from '../../shared/session/replay/parseFault.ts';
import type { Session, Stream } from '../../shared/session/types.ts';
import type { QueryClient } from '../query/client.ts';
import type { Comparison } from '../query/compareStreams.ts';
import { createMockClient, type MockClient, type MockSession, type MockStatus } from './mockClient.ts';

export type MockLink =
  | { state: 'none' }
  | { state: 'connecting' }
  | { state: 'connected'; status: MockStatus }
  | { state: 'problem'; problem: string };

/** How a session is to be played. */
export interface ReplaySettings {
  speed: number | 'max';
  reconnect: 'as-recorded' | 'resume';
  loop: boolean;
  /** One a line, as on the command line. */
  faults: string;
}

/** A session that is being played to the page. */
export interface ActiveReplay {
  /** The one that was recorded, and its streams that are played. */
  session: string;
  streams: Stream[];
  mock: MockSession;
  redirected: RedirectedStream[];
  /** ms since the epoch. */
  startedAt: number;
  /** The same by the monotonic clock, ms. */
  began: number;
}

/** Plays a recorded session back into the page: by the mock server, to which the page’s requests are redirected. */
export interface ReplayStore {
  link: ReadonlySignal<MockLink>;
  active: ReadonlySignal<ActiveReplay | undefined>;
  /** What went wrong with the last thing that was done; ''. */
  problem: Signal<string>;
  /** Where playing is, ms since the epoch in the time of the recording; undefined when nothing plays. */
  playhead: ReadonlySignal<number | undefined>;
  connect(address: string, token: string): void;
  disconnect(): void;
  start(session: Session, streams: readonly Stream[], settings: ReplaySettings): Promise<void>;
  stop(): Promise<void>;
  /** Calls the control API: what goes wrong is said. */
  control(method: string, path: string, body?: unknown): Promise<void>;
  /** Holds what was recorded of the replay against the original. */
  compare(): Promise<Comparison[]>;
  /** The way to the background is new: what was asked of it is asked again. */
  reconnected(): void;
}

export function createReplayStore(
  query: QueryClient,
  send: (command: PanelToBackground) => void,
  version: string,
  exchanges: ReadonlySignal<ReadonlyMap<string, readonly ExchangeOutline[]>>,
  /** The session into which the tab is being recorded. */
  recordedSession: () => string,
): ReplayStore {
  const link = signal<MockLink>({ state: 'none' });
  const active = signal<ActiveReplay | undefined>(undefined);
  const problem = signal('');
  let client: MockClient | undefined;
  let base = '';
  let watching: AbortController | undefined;

  const playhead = computed(() => {
    const replay = active.value;
    if (!replay || link.value.state !== 'connected') return undefined;
    const times = link.value.status.clients.flatMap(({ path, connection, position }) => {
      const mock = replay.mock.streams.find((one) => one.path === path);
      const stream = replay.streams.find(({ url, method }) => url === mock?.url && method === mock?.method);
      const exchange = stream && exchanges.value.get(stream.id)?.find((one) => one.number === connection);
      return exchange ? [(exchange.http?.requestedAt ?? exchange.startedAt) + position] : [];
    });
    return times.reduce<number | undefined>((latest, at) => Math.max(latest ?? at, at), undefined);
  });

  async function guarded<T>(work: () => Promise<T>): Promise<T | undefined> {
    problem.value = '';
    try {
      return await work();
    } catch (error) {
      problem.value = (error as Error).message;
      return undefined;
    }
  }

  /** @param reload - what comes of it is recorded, to be held against the original */
  function redirect(reload = false): void {
    send({ type: 'RedirectStreams', streams: active.value?.redirected ?? [], reload });
  }

  async function stop(): Promise<void> {
    const replay = active.value;
    if (!replay) return;
    active.value = undefined;
    redirect();
    await client?.call('DELETE', `/sessions/${replay.mock.id}`).catch(() => {});
  }

  return {
    link,
    active,
    problem,
    playhead,
    connect(address, token) {
      watching?.abort();
      const own = new AbortController();
      watching = own;
      const to = createMockClient(address, token, version);
      client = to;
      base = address.replace(/\/+$/, '');
      problem.value = '';
      link.value = { state: 'connecting' };
      void to
        .watch((status) => {
          if (watching === own) link.value = { state: 'connected', status };
        }, own.signal)
        .then(() => {
          throw new Error('The mock server has ended.');
        })
        .catch((error: Error) => {
          if (watching !== own) return;
          own.abort();
          // Without it the page would ask nobody.
          void stop();
          link.value = { state: 'problem', problem: error.message };
        });
    },
    disconnect() {
      watching?.abort();
      watching = undefined;
      void stop();
      link.value = { state: 'none' };
    },
    async start(session, streams, settings) {
      await guarded(async () => {
        const to = client;
        if (!to || link.value.state !== 'connected') throw new Error('Connect to the mock server first.');
        await stop();
        const ids = streams.map(({ id }) => id);
        const question = {
          session: session.id,
          format: 'har' as const,
          streams: ids,
          ordinals: undefined,
          // It stays on this machine, and its addresses have to be those that the page asks for.
          secrets: { keepSecrets: true, masks: '' },
          version,
        };
        const faults = settings.faults
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map(parseFault);
        await to.call('PUT', '/faults', { rules: faults.map((one) => ({ faults: one })) });
        await to.call('POST', '/speed', { speed: settings.speed });
        await to.call('PUT', '/settings', { reconnect: settings.reconnect, loop: settings.loop });
        await to.call('POST', '/resume');
        const file = await query.ask('export', [question]);
        const mock = await to.upload(session.name || session.title || 'session', file);
        const { prefix } = link.value.status;
        const seen = new Set<string>();
        const redirected = mock.streams.flatMap(({ url, method, path }) => {
          const key = `${method} ${url}`;
          if (seen.has(key)) return [];
          seen.add(key);
          const transport =
            streams.find((one) => one.url === url && one.method === method)?.transport ?? 'fetch';
          return [{ url, method, transport, to: base + prefix + path }];
        });
        active.value = {
          session: session.id,
          streams: [...streams],
          mock,
          redirected,
          startedAt: Date.now(),
          began: performance.now(),
        };
        redirect(true);
      });
    },
    stop,
    async control(method, path, body) {
      await guarded(async () => client?.call(method, path, body));
    },
    async compare() {
      const replay = active.value;
      if (!replay) return [];
      const ids = replay.streams.map(({ id }) => id);
      const { redirected, startedAt } = replay;
      return (
        (await guarded(() =>
          query.ask('compare', [ids, replay.session, recordedSession(), redirected, startedAt]),
        )) ?? []
      );
    },
    reconnected() {
      if (active.value) redirect();
    },
  };
}
