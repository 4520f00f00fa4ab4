import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants as http2, type ServerHttp2Stream } from 'node:http2';
import { constants, createBrotliCompress, createDeflate, createGzip } from 'node:zlib';
import type { Faults } from '../faults/faults.ts';
import type { Sink } from './playerOptions.ts';

/**
 * A connection breaks so long after its last bytes, ms: browsers throw away what they have not handed to the page when one
 * does, and what is written before a drop is to be seen.
 */
const BREAK_AFTER = 25;

/** Where a player writes, and who is told when there is room again. */
export interface ResponseSink {
  sink: Sink;
  drained(listener: () => void): void;
}

/** Breaks a connection; of HTTP/2, one stream of it. */
export function breakOff(response: ServerResponse): void {
  const { stream } = response as { stream?: ServerHttp2Stream };
  if (stream) stream.close(http2.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

function plainSink(response: ServerResponse): ResponseSink {
  let pending = 0;
  let dropped = false;
  const breakSoon = (): void => void setTimeout(() => breakOff(response), BREAK_AFTER);
  const written = (): void => {
    pending--;
    if (dropped && pending === 0) breakSoon();
  };
  return {
    sink: {
      write(bytes) {
        pending++;
        return response.write(bytes, written);
      },
      end: () => void response.end(),
      drop() {
        // What was written before is on its way first.
        dropped = true;
        if (pending === 0) breakSoon();
      },
    },
    drained: (listener) => void response.on('drain', listener),
  };
}

function compressedSink(
  response: ServerResponse,
  { encoding, flush = false }: NonNullable<Faults['compress']>,
): ResponseSink {
  const zip = { gzip: createGzip, br: createBrotliCompress, deflate: createDeflate }[encoding]();
  zip.pipe(response);
  zip.on('error', () => response.destroy());
  return {
    sink: {
      write(bytes) {
        const room = zip.write(bytes);
        if (flush) {
          if (encoding === 'br')
            (zip as ReturnType<typeof createBrotliCompress>).flush(constants.BROTLI_OPERATION_FLUSH);
          else zip.flush(constants.Z_SYNC_FLUSH);
        }
        return room;
      },
      end: () => void zip.end(),
      drop: () => breakOff(response),
    },
    drained: (listener) => void zip.on('drain', listener),
  };
}

/** The coding that a fault wants, if the client takes it. */
export function codingFor(request: IncomingMessage, { compress }: Faults): Faults['compress'] {
  return compress && accepts(request, compress.encoding) ? compress : undefined;
}

export function sinkFor(response: ServerResponse, coding: Faults['compress']): ResponseSink {
  return coding ? compressedSink(response, coding) : plainSink(response);
}

function accepts({ headers }: IncomingMessage, encoding: string): boolean {
  return new RegExp(`(^|[\\s,])(${encoding}|\\*)\\s*(;|,|$)`, 'i').test(
    String(headers['accept-encoding'] ?? ''),
  );
}
