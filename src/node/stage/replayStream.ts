import { wholeExchange } from '../../shared/file/har/wholeExchange.ts';
import { openFile } from '../../shared/file/open/openFile.ts';
import type { FileBytes } from '../../shared/file/source/fileBytes.ts';
import { joinConnections, type PlayedConnection } from '../../shared/replay/resume.ts';
import { type Track, trackOf } from '../../shared/replay/track.ts';
import { beganAt } from '../../shared/session/exchangeTimes.ts';
import type { Transport } from '../../shared/session/types.ts';

/** A stream of a session, ready to be played. */
export interface ReplayStream {
  id: string;
  /** As recorded. */
  url: string;
  /** Path and query at which it is served. */
  path: string;
  method: string;
  transport: Transport;
  connections: PlayedConnection[];
  /** All connections as one. Made when it is asked for. */
  joined(): Track;
  events: number;
  bytes: number;
  /** The origins from which it was asked for. */
  origins: string[];
}

export interface ReplaySession {
  id: string;
  name: string;
  streams: ReplayStream[];
  /** What was left out of the file, or estimated, in sentences. */
  notes: string[];
}

/**
 * Reads a session file into memory.
 *
 * @throws {FileError} with a sentence
 */
export async function readSession(file: FileBytes, name: string, id: string): Promise<ReplaySession> {
  const read = await openFile(file, { name, id, now: Date.now() });
  const byId = new Map<string, ReplayStream>();
  for (const one of read.exchanges) {
    const { exchange, segments } = await wholeExchange(one);
    add(byId, read, exchange, trackOf(exchange, segments));
  }
  return { id, name: read.session.name || name, streams: [...byId.values()], notes: read.notes };
}

type Read = Awaited<ReturnType<typeof openFile>>;

function add(
  byId: Map<string, ReplayStream>,
  read: Read,
  exchange: Read['exchanges'][number]['exchange'],
  track: Track,
): void {
  const recorded = read.streams.find(({ id }) => id === exchange.stream)!;
  let stream = byId.get(exchange.stream);
  if (!stream) {
    const connections: PlayedConnection[] = [];
    let joined: Track | undefined;
    stream = {
      id: exchange.stream,
      url: recorded.url,
      path: pathOf(recorded.url),
      method: recorded.method,
      transport: recorded.transport,
      connections,
      joined: () => {
        joined ??= joinConnections(connections);
        return joined;
      },
      events: 0,
      bytes: 0,
      origins: [...new Set([recorded.documentUrl, recorded.url, read.session.url].flatMap(originOf))],
    };
    byId.set(exchange.stream, stream);
  }
  // A redirect that was followed, or an attempt that reached nobody, has nothing to play.
  if (exchange.status === undefined && track.bytes.length === 0 && exchange.end === 'error') return;
  stream.connections.push({ track, began: beganAt(exchange) });
  stream.events += exchange.events;
  stream.bytes += exchange.bytes;
}

/** Path and query of an address; a name that is none becomes a path. */
function pathOf(url: string): string {
  if (URL.canParse(url)) {
    const { pathname, search } = new URL(url);
    return pathname + search;
  }
  return new URL(`http://x/${encodeURIComponent(url)}`).pathname;
}

/** None of an address whose origin is opaque, like `about:srcdoc`: it is written `null`, as all others of its kind. */
function originOf(url: string): string[] {
  return URL.canParse(url) ? [new URL(url).origin].filter((origin) => origin !== 'null') : [];
}
