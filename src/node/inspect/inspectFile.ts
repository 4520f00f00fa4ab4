import { basename } from 'node:path';
import type { Assembled } from '../../shared/assemble/build/assembled.ts';
import { type Diagnosis, diagnoseFacts } from '../../shared/diagnosis/diagnose.ts';
import { columnsOf } from '../../shared/diagnosis/measures/columns.ts';
import type { Connection } from '../../shared/diagnosis/measures/connection.ts';
import { createStreamFacts } from '../../shared/diagnosis/model/streamFacts.ts';
import { wholeExchange } from '../../shared/file/har/wholeExchange.ts';
import { openFile } from '../../shared/file/open/openFile.ts';
import { knownUntil } from '../../shared/session/exchangeTimes.ts';
import type { Stream } from '../../shared/session/types.ts';
import { openOnDisk } from '../file/fileOnDisk.ts';
import { assembleStream, type StreamAssembly } from './assembleStream.ts';

export interface StreamReport {
  url: string;
  method: string;
  transport: Stream['transport'];
  connections: number;
  events: number;
  bytes: number;
  /** From the first request to the last byte or end, ms. */
  ms: number;
  gaps: number;
  /** Period of the beats, ms. */
  heartbeatMs: number | undefined;
  diagnosis: Diagnosis;
  /** What the stream says as a whole; missing where that was not asked for, or where it has no known format. */
  assembled?: Assembled;
}

export interface FileReport {
  file: string;
  name: string;
  streams: StreamReport[];
  notes: string[];
}

export interface InspectOptions {
  /** Whose waiting times to expect. */
  browser: 'chromium' | 'firefox';
  /** Puts together what each stream says as a whole. */
  assembled?: boolean;
  /** The body of the request, where the file does not have it. */
  requestBody?: string;
}

/**
 * How the streams of a file are.
 *
 * @throws {FileError} with a sentence
 */
export async function inspectFile(path: string, options: InspectOptions): Promise<FileReport> {
  const { browser } = options;
  const file = await openOnDisk(path);
  try {
    const read = await openFile(file, { name: basename(path), id: 'file', now: Date.now() });
    const connections = new Map<string, Connection[]>();
    const assemblies = new Map<string, StreamAssembly>();
    for (const one of read.exchanges) {
      const { exchange, segments } = await wholeExchange(one);
      const stream = read.streams.find(({ id }) => id === exchange.stream)!;
      const list = connections.get(stream.id) ?? [];
      list.push({ exchange, transport: stream.transport, columns: columnsOf(segments) });
      if (options.assembled) {
        const assembly = assemblies.get(stream.id) ?? assembleStream(stream, exchange, options.requestBody);
        assemblies.set(stream.id, assembly);
        await assembly.add(exchange, segments);
      }
      connections.set(stream.id, list);
      stream.entries += exchange.entries;
      stream.events += exchange.events;
      stream.bytes += exchange.bytes;
    }
    const now = read.session.endedAt ?? Date.now();
    const neighbours = read.streams.map((stream) => ({
      stream,
      last: connections.get(stream.id)?.at(-1)?.exchange,
    }));
    return {
      file: path,
      name: read.session.name ?? read.session.title,
      notes: read.notes,
      streams: read.streams.map((stream) => {
        const own = connections.get(stream.id) ?? [];
        const facts = createStreamFacts({
          streams: [stream],
          connections: own,
          marks: read.marks,
          neighbours,
          browser,
          now,
        });
        const beating = own.findLast((one) => facts.heartbeat(one));
        const assembled = assemblies.get(stream.id)?.result();
        let first = Infinity;
        let last = 0;
        for (const { exchange } of own) {
          first = Math.min(first, exchange.startedAt);
          last = Math.max(last, knownUntil(exchange));
        }
        return {
          url: stream.url,
          method: stream.method,
          transport: stream.transport,
          connections: own.length,
          events: stream.events,
          bytes: stream.bytes,
          ms: Math.max(0, last - first),
          gaps: facts.gaps().length,
          heartbeatMs: beating && facts.heartbeat(beating)?.period,
          diagnosis: diagnoseFacts(facts),
          ...(assembled ? { assembled } : {}),
        };
      }),
    };
  } finally {
    await file.close();
  }
}
