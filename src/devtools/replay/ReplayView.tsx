import { useEffect, useState } from 'preact/hooks';
import { formatBytes, formatCount, formatDuration } from '../../shared/session/format.ts';
import { SERVE_COMMAND } from '../../shared/session/replay/serveCommand.ts';
import type { PanelData } from '../data/panelData.ts';
import type { Comparison } from '../query/compareStreams.ts';
import { copyText } from '../ui/copyText.ts';
import { useRemembered } from '../ui/useRemembered.ts';
import type { MockClientState } from './mockClient.ts';
import type { ReplaySettings, ReplayStore } from './replayStore.ts';

const SPEEDS: (number | 'max')[] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 'max'];
const DEFAULTS: ReplaySettings = { speed: 1, reconnect: 'as-recorded', loop: false, faults: '' };
/** A page that has not been served by then may be kept from it, ms. */
const PATIENCE = 3000;
/** While a replay runs, it is compared so often, ms. */
const COMPARE_EVERY = 1000;

/** Plays the session on show back into the page, by the mock server. */
export interface ReplayViewProps {
  data: PanelData;
  replay: ReplayStore;
  hasTab: boolean;
}

export function ReplayView({ data, replay, hasTab }: ReplayViewProps) {
  const { link, active, problem } = replay;
  const redirectProblem = data.link.status.value?.redirectProblem ?? '';
  return (
    <div
      class="page replay"
      role="tabpanel"
      tabIndex={0}
      aria-label="Replay"
      data-redirected={data.link.status.value?.redirected.length ?? 0}
    >
      <Connection replay={replay} />
      {(problem.value || redirectProblem) && (
        <p class="head-error" role="alert">
          {problem.value || redirectProblem}
        </p>
      )}
      {link.value.state === 'connected' &&
        (active.value ? <Running replay={replay} /> : <Choice data={data} replay={replay} hasTab={hasTab} />)}
    </div>
  );
}

/** The mock server: where it is, and how to start it when it is not there. */
function Connection({ replay }: { replay: ReplayStore }) {
  const [address, setAddress] = useRemembered('replay.address', 'http://127.0.0.1:4747');
  const [token, setToken] = useRemembered('replay.token', '');
  const link = replay.link.value;
  if (link.state === 'connected') {
    return (
      <div class="page-bar">
        <span>
          Connected to <b>{address}</b>
        </span>
        <button type="button" class="text-button" onClick={() => replay.disconnect()}>
          Disconnect
        </button>
      </div>
    );
  }
  return (
    <form
      class="replay-form"
      onSubmit={(event) => {
        event.preventDefault();
        replay.connect(address, token);
      }}
    >
      <p>
        A mock server on this machine plays the recording to the page, which stays as it is. Start it in a
        terminal, in the folder with the source of SSE Scope (after <code>npm run build:node</code>), and copy
        what it prints:
      </p>
      <p class="page-bar">
        <code>{SERVE_COMMAND}</code>
        <button type="button" class="text-button" onClick={() => void copyText(SERVE_COMMAND)}>
          Copy
        </button>
      </p>
      <div class="replay-fields">
        <label>
          Address
          <input
            data-field="address"
            value={address}
            spellcheck={false}
            onInput={(event) => setAddress(event.currentTarget.value.trim())}
          />
        </label>
        <label>
          Token
          <input
            data-field="token"
            value={token}
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => setToken(event.currentTarget.value.trim())}
          />
        </label>
        <button type="submit" class="primary" disabled={link.state === 'connecting' || token === ''}>
          {link.state === 'connecting' ? 'Connecting …' : 'Connect'}
        </button>
      </div>
      {link.state === 'problem' && (
        <p class="head-error" role="alert">
          {link.problem}
        </p>
      )}
    </form>
  );
}

/** What is played, and how. */
function Choice({ data, replay, hasTab }: ReplayViewProps) {
  const [settings, setSettings] = useRemembered('replay.settings', DEFAULTS);
  const [left, setLeft] = useState<readonly string[]>([]);
  const [starting, setStarting] = useState(false);
  const session = data.session.value;
  // What is no request cannot be sent elsewhere: `blob:` and `data:` addresses.
  const streams = data.streams.value.filter(
    ({ url, bytes, events }) => /^https?:/i.test(url) && (bytes > 0 || events > 0),
  );
  const chosen = streams.filter(({ id }) => !left.includes(id));
  const set = (more: Partial<ReplaySettings>): void => setSettings({ ...settings, ...more });

  async function start(): Promise<void> {
    if (!session) return;
    setStarting(true);
    // The page begins a new session when it is loaded again; this one stays on show.
    data.pickSession(session.id);
    await replay.start(session, chosen, settings);
    setStarting(false);
  }

  return (
    <>
      <h2>Streams to play</h2>
      <ul class="replay-streams">
        {streams.map((stream) => (
          <li key={stream.id}>
            <label class="check">
              <input
                type="checkbox"
                checked={!left.includes(stream.id)}
                onChange={(event) =>
                  setLeft(
                    event.currentTarget.checked
                      ? left.filter((id) => id !== stream.id)
                      : [...left, stream.id],
                  )
                }
              />
              <span class="address" title={stream.url}>
                {stream.method} {stream.url}
              </span>
              <span class="much">
                {formatCount(stream.events)} events, {formatBytes(stream.bytes)}
                {stream.exchanges > 1 && `, ${stream.exchanges} connections`}
              </span>
            </label>
          </li>
        ))}
      </ul>
      <div class="replay-fields">
        <label>
          Speed
          <select
            data-field="speed"
            value={String(settings.speed)}
            onChange={(event) => set({ speed: speedOf(event.currentTarget.value) })}
          >
            {SPEEDS.map((speed) => (
              <option key={speed} value={String(speed)}>
                {speed === 'max' ? 'as fast as it goes' : `${speed} ×`}
              </option>
            ))}
          </select>
        </label>
        <label>
          Reconnections
          <select
            value={settings.reconnect}
            onChange={(event) => set({ reconnect: event.currentTarget.value as ReplaySettings['reconnect'] })}
          >
            <option value="as-recorded">as recorded</option>
            <option value="resume">after Last-Event-ID</option>
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={settings.loop}
            onChange={(event) => set({ loop: event.currentTarget.checked })}
          />
          Over and over
        </label>
      </div>
      <label class="masks-label">
        What goes wrong on purpose, one a line
        <textarea
          class="masks"
          data-field="faults"
          rows={2}
          spellcheck={false}
          placeholder={'drop:events=10\nstall:ms=2000,forMs=5000'}
          value={settings.faults}
          onInput={(event) => set({ faults: event.currentTarget.value })}
        />
      </label>
      {hasTab ? (
        <button
          type="button"
          class="primary"
          data-action="replay"
          disabled={!session || chosen.length === 0 || starting}
          onClick={() => void start()}
        >
          {starting ? 'Sending …' : 'Reload the page and replay'}
        </button>
      ) : (
        <p>Open DevTools on a page: its requests are what is redirected.</p>
      )}
    </>
  );
}

/** A replay under way: how far it is, what can be done to it, and how near it comes to the original. */
function Running({ replay }: { replay: ReplayStore }) {
  const link = replay.link.value;
  const active = replay.active.value!;
  const [comparisons, setComparisons] = useState<Comparison[]>([]);
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      const next = await replay.compare();
      if (!current) return;
      setComparisons(next);
      timer = setTimeout(() => void look(), COMPARE_EVERY);
    };
    void look();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [replay, active]);
  if (link.state !== 'connected') return null;
  const { status } = link;
  const clients = status.clients.filter(({ path }) => active.mock.streams.some((one) => one.path === path));
  const longest = active.mock.streams.reduce((most, { ms }) => Math.max(most, ms), 1);
  const position = clients.reduce((most, one) => Math.max(most, one.position), 0);
  // A stream that was asked for in vain has been recorded too, with nothing in it.
  const served = clients.length > 0 || comparisons.some(({ replay }) => replay && replay.bytes > 0);
  return (
    <>
      <div class="page-bar" role="toolbar" aria-label="Replay">
        <button
          type="button"
          class="text-button"
          data-action="pause"
          onClick={() => void replay.control('POST', status.paused ? '/resume' : '/pause')}
        >
          {status.paused ? 'Go on' : 'Pause'}
        </button>
        <button
          type="button"
          class="text-button"
          data-action="step"
          title="Send the next event, and hold"
          onClick={() => void replay.control('POST', '/step')}
        >
          Step
        </button>
        <label>
          Speed{' '}
          <select
            value={String(status.speed)}
            onChange={(event) =>
              void replay.control('POST', '/speed', { speed: speedOf(event.currentTarget.value) })
            }
          >
            {[...new Set([...SPEEDS, status.speed])].map((speed) => (
              <option key={speed} value={String(speed)}>
                {speed === 'max' ? 'max' : `${speed} ×`}
              </option>
            ))}
          </select>
        </label>
        <label class="seek">
          <input
            type="range"
            min={0}
            max={Math.ceil(longest)}
            value={position}
            aria-label="Where playing is"
            onChange={(event) =>
              void replay.control('POST', '/seek', { ms: Number(event.currentTarget.value) })
            }
          />
          {formatDuration(position)} of {formatDuration(longest)}
        </label>
        <button type="button" class="primary" data-action="stop-replay" onClick={() => void replay.stop()}>
          Stop and undo
        </button>
      </div>
      {!served && performance.now() - active.began > PATIENCE && (
        <Obstacles urls={active.redirected.map(({ url }) => url)} />
      )}
      <h2>Who is being served</h2>
      {clients.length === 0 ? (
        <p>Nobody now.</p>
      ) : (
        <table class="replay-table">
          <thead>
            <tr>
              <th>Address of the page</th>
              <th>Served by</th>
              <th>Connection</th>
              <th>Events</th>
              <th>Bytes</th>
              <th>Late by</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {clients.map((client) => (
              <ClientRow key={client.id} client={client} replay={replay} />
            ))}
          </tbody>
        </table>
      )}
      <Inject replay={replay} />
      <h2>Held against the original</h2>
      <ul class="replay-compare">
        {comparisons.map((comparison, i) => (
          <li key={i}>
            <span class="address" title={comparison.url}>
              {comparison.method} {comparison.url}
            </span>
            <Verdict comparison={comparison} />
          </li>
        ))}
      </ul>
    </>
  );
}

function ClientRow({ client, replay }: { client: MockClientState; replay: ReplayStore }) {
  const active = replay.active.value!;
  const mock = active.mock.streams.find(({ path }) => path === client.path);
  const to =
    active.redirected.find(({ url, method }) => url === mock?.url && method === mock?.method)?.to ?? '';
  const origin = mock ? new URL(mock.url).origin : '';
  return (
    <tr>
      <td class="address" title={`${mock?.url}, served by ${to}`}>
        <span class="origin">{origin}</span>
        {mock?.url.slice(origin.length)}
      </td>
      {/* The secret part of its path says nothing to anybody. */}
      <td class="address" title={to}>
        {to.replace(/\/~[\w-]+/, '')}
      </td>
      <td>
        {client.connection} of {mock?.connections}
      </td>
      <td>{formatCount(client.events)}</td>
      <td>{formatBytes(client.bytes)}</td>
      <td>{formatDuration(client.lag)}</td>
      <td>{client.paused ? 'held' : client.state}</td>
    </tr>
  );
}

function Inject({ replay }: { replay: ReplayStore }) {
  const [type, setType] = useState('');
  const [data, setData] = useState('');
  return (
    <form
      class="replay-fields"
      aria-label="Send an event"
      onSubmit={(event) => {
        event.preventDefault();
        const body = { data, ...(type === '' ? {} : { event: type }) };
        void replay.control('POST', '/broadcast', body);
      }}
    >
      <label>
        Type
        <input
          data-field="type"
          value={type}
          placeholder="message"
          onInput={(event) => setType(event.currentTarget.value)}
        />
      </label>
      <label class="wide">
        Data
        <input data-field="data" value={data} onInput={(event) => setData(event.currentTarget.value)} />
      </label>
      <button type="submit" class="text-button" data-action="inject">
        Send this event
      </button>
    </form>
  );
}

function Verdict({ comparison: { replay, events, bytes, connections } }: { comparison: Comparison }) {
  if (!replay) return <span class="dim">not asked for yet</span>;
  const parts = [
    `${formatCount(replay.events)} of ${formatCount(events)} events`,
    `${replay.connections} of ${connections} connections`,
  ];
  if (replay.exact) {
    parts.push(
      replay.sameBytes === replay.bytes
        ? `${formatBytes(replay.bytes)} of ${formatBytes(bytes)}, all equal`
        : `bytes differ from ${formatCount(replay.sameBytes)} on`,
    );
  }
  if (replay.firstOther >= 0) parts.push(`event ${formatCount(replay.firstOther + 1)} is another one`);
  parts.push(`times within ${formatDuration(replay.p99)} (median ${formatDuration(replay.median)})`);
  const good = replay.firstOther < 0 && (!replay.exact || replay.sameBytes === replay.bytes);
  return <span class={good ? 'good' : 'head-error'}>{parts.join(', ')}</span>;
}

/** What keeps a page from a redirected stream, while it has been served none. */
function Obstacles({ urls }: { urls: readonly string[] }) {
  return (
    <div class="replay-obstacles">
      <p>
        The page has not been served {urls.length === 1 ? 'this stream' : 'these streams'} yet. If it should
        have been:
      </p>
      <ul>
        <li>
          Its Content-Security-Policy may not allow <code>connect-src http://127.0.0.1:*</code>: the page’s
          console says so. Serve the page without it while you replay.
        </li>
        <li>
          The browser may ask whether the page may reach this machine (“local network access”): allow it, and
          reload.
        </li>
        <li>
          A <code>fetch</code> with <code>redirect: 'error'</code> refuses to be redirected. Start the mock
          server at the page’s own origin instead, or use <code>sse-scope proxy</code>.
        </li>
        <li>
          From an https page, browsers let plain http only to <code>127.0.0.1</code> and{' '}
          <code>localhost</code>: anywhere else the mock server needs <code>--tls</code>.
        </li>
        <li>
          It may need a click first, as it did when it was recorded; streams of workers are not redirected.
        </li>
      </ul>
    </div>
  );
}

function speedOf(text: string): number | 'max' {
  return text === 'max' ? 'max' : Number(text);
}
