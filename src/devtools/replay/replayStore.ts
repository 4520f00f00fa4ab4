import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { PanelToBackground } from '../../shared/protocol/panelLink.ts';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import type { Session, Stream } from '../../shared/session/types.ts';
import type { QueryClient } from '../query/client.ts';
import type { Comparison } from '../query/compareStreams.ts';
import { createMockLink, type MockLinkState } from './mockLink.ts';
import { playheadOf } from './playheadOf.ts';
import { type ActiveReplay, type ReplaySettings, startReplay } from './startReplay.ts';

/** Plays a recorded session back into the page: by the mock server, to which the page’s requests are redirected. */
export interface ReplayStore {
  link: ReadonlySignal<MockLinkState>;
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
  const mock = createMockLink(version, () => void stop());
  const { link } = mock;
  const active = signal<ActiveReplay | undefined>(undefined);
  const problem = signal('');

  const playhead = computed(() =>
    active.value && link.value.state === 'connected'
      ? playheadOf(active.value, link.value.status.clients, exchanges.value)
      : undefined,
  );

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
    await mock
      .client()
      ?.call('DELETE', `/sessions/${replay.mock.id}`)
      .catch(() => {});
  }

  return {
    link,
    active,
    problem,
    playhead,
    connect(address, token) {
      problem.value = '';
      mock.connect(address, token);
    },
    disconnect: mock.disconnect,
    async start(session, streams, settings) {
      await guarded(async () => {
        const to = mock.client();
        if (!to || link.value.state !== 'connected') throw new Error('Connect to the mock server first.');
        await stop();
        const { prefix } = link.value.status;
        active.value = await startReplay({
          to,
          base: mock.address() + prefix,
          query,
          version,
          session,
          streams,
          settings,
        });
        redirect(true);
      });
    },
    stop,
    async control(method, path, body) {
      await guarded(async () => mock.client()?.call(method, path, body));
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
