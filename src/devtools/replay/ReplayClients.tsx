import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import type { MockClientState } from './mockClient.ts';
import type { ReplayStore } from './replayStore.ts';

export interface ReplayClientsProps {
  replay: ReplayStore;
  clients: readonly MockClientState[];
}

/** Who is being served, and by which stream of the mock server. */
export function ReplayClients({ replay, clients }: ReplayClientsProps) {
  return (
    <>
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
