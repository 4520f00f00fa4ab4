import type { RedirectedStream } from '../../shared/protocol/panelLink.ts';
import { parseFault } from '../../shared/replay/parseFault.ts';
import type { Session, Stream } from '../../shared/session/types.ts';
import type { QueryClient } from '../query/client.ts';
import type { MockClient, MockSession } from './mockClient.ts';
import type { Speed } from './speeds.ts';

/** How a session is to be played. */
export interface ReplaySettings {
  speed: Speed;
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

export interface ReplayRequest {
  to: MockClient;
  /** The address that the paths of the mock server's streams are put behind. */
  base: string;
  query: QueryClient;
  /** Of this extension. */
  version: string;
  session: Session;
  streams: readonly Stream[];
  settings: ReplaySettings;
}

/**
 * Hands a session to the mock server, and says where each of its streams is to be asked for.
 *
 * @throws when a fault is misspelt, or the mock server refuses
 */
export async function startReplay(request: ReplayRequest): Promise<ActiveReplay> {
  const { to, base, query, version, session, streams, settings } = request;
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
  await applySettings(to, settings);
  const file = await query.ask('export', [question]);
  const mock = await to.upload(session.name || session.title || 'session', file);
  const seen = new Set<string>();
  const redirected = mock.streams.flatMap(({ url, method, path }) => {
    const key = `${method} ${url}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const transport = streams.find((one) => one.url === url && one.method === method)?.transport ?? 'fetch';
    return [{ url, method, transport, to: base + path }];
  });
  return {
    session: session.id,
    streams: [...streams],
    mock,
    redirected,
    startedAt: Date.now(),
    began: performance.now(),
  };
}

async function applySettings(to: MockClient, settings: ReplaySettings): Promise<void> {
  const faults = settings.faults
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseFault);
  await to.call('PUT', '/faults', { rules: faults.map((one) => ({ faults: one })) });
  await to.call('POST', '/speed', { speed: settings.speed });
  await to.call('PUT', '/settings', { reconnect: settings.reconnect, loop: settings.loop });
  await to.call('POST', '/resume');
}
