import type { ReplaySession } from '../../stage/replayStream.ts';
import type { ControlContext } from './controlContext.ts';

/** How the server stands, as the control API tells it. */
export function statusOf({ stage, version, prefix }: ControlContext) {
  const { speed, loop, from, to, reconnect, whenOver, heartbeat, paused, scenario } = stage.options;
  return {
    name: 'sse-scope',
    version,
    prefix,
    speed: speedText(speed),
    paused,
    loop,
    from,
    to: Number.isFinite(to) ? to : null,
    reconnect,
    whenOver,
    heartbeat,
    faults: scenario,
    sessions: stage.cast.sessions.map(sessionStatus),
    clients: stage.clients.map((client) => ({ ...client, speed: speedText(client.speed) })),
    statistics: stage.statistics,
  };
}

/** What goes over as JSON: infinity does not. */
export function speedText(speed: number): number | 'max' {
  return speed === Infinity ? 'max' : speed;
}

/** A session that is served, and its streams. */
export function sessionStatus({ id, name, streams, notes }: ReplaySession) {
  return {
    id,
    name,
    notes,
    streams: streams.map(({ id, url, path, method, transport, connections, events, bytes }) => ({
      id,
      url,
      path,
      method,
      transport,
      connections: connections.length,
      events,
      bytes,
      ms: connections.reduce((last, { track }) => Math.max(last, track.endAt), 0),
    })),
  };
}
