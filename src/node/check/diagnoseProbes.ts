import { type Diagnosis, diagnose } from '../../shared/diagnosis/diagnose.ts';
import type { Connection } from '../../shared/diagnosis/measures/connection.ts';
import type { Stream } from '../../shared/session/types.ts';
import { mergeDiagnoses } from './mergeDiagnoses.ts';
import type { Probe } from './probe.ts';

/**
 * What the rules say of connections to one address.
 *
 * @param lists - at least one; connections of a list follow each other as one stream
 */
export function diagnoseProbes(url: string, lists: readonly (readonly Probe[])[]): Diagnosis {
  return mergeDiagnoses(lists.map((probes) => diagnoseAs(url, probes)));
}

function diagnoseAs(url: string, probes: readonly Probe[]): Diagnosis {
  const last = probes.at(-1)!.connection;
  const connections = [...probes.slice(0, -1).map(({ connection }) => connection), asOpen(last)];
  const { exchange } = connections.at(-1)!;
  const isOpen = exchange.end === undefined;
  const stream: Stream = {
    id: 'check',
    session: 'check',
    number: 1,
    transport: 'EventSource',
    method: 'GET',
    url,
    documentUrl: '',
    frame: 'top',
    frameId: 0,
    openedAt: connections[0]!.exchange.startedAt,
    openedBeforeRecording: false,
    stack: '',
    state: isOpen ? (exchange.respondedAt === undefined ? 'connecting' : 'open') : 'ended',
    listeners: [],
    listenersUnknown: true,
    exchanges: connections.length,
    entries: 0,
    events: 0,
    bytes: 0,
  };
  return diagnose({
    streams: [stream],
    connections,
    marks: [],
    neighbours: [{ stream, last: exchange }],
    browser: 'chromium',
    now: last.exchange.endedAt!,
  });
}

/** A connection that we have left goes on, as far as the server is judged: it is silent still, or still without an answer. */
function asOpen(connection: Connection): Connection {
  const { end, endedAt: _endedAt, http, ...exchange } = connection.exchange;
  if (end !== 'close') return connection;
  const { completedAt: _completedAt, ...open } = http!;
  return { ...connection, exchange: { ...exchange, http: open } };
}
