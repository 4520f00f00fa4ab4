import type { IncomingHttpHeaders } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { isPackedToHarm } from '../../shared/file/source/unpackLimit.ts';

const DECODERS: Record<string, () => Transform & { bytesWritten: number }> = {
  gzip: createGunzip,
  // RFC 9110, 8.4.1.3: "A recipient SHOULD consider "x-gzip" to be equivalent to "gzip"."
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** A response of any version of HTTP. */
export type CodedResponse = Readable & { headers: Pick<IncomingHttpHeaders, 'content-encoding'> };

/** Content codings that {@link decodedBody} undoes. */
export const CODINGS: readonly string[] = Object.keys(DECODERS);

/**
 * The body of a response without its content codings, as it comes. Reading it holds the server up where the reader is slow.
 *
 * @returns undefined when a coding is not known
 */
export function decodedBody(response: CodedResponse): Readable | undefined {
  // RFC 9110, 8.4: codings are listed "in the order in which they were applied".
  const codings = codingsOf(response).reverse();
  if (codings.some((coding) => !Object.hasOwn(DECODERS, coding))) return undefined;
  const body = codings.reduce<Readable>((coded, coding) => decode(coded, DECODERS[coding]!()), response);
  // Who reads no further needs the response no more.
  if (body !== response) body.on('close', () => response.destroy());
  return body;
}

function decode(coded: Readable, decoder: Transform & { bytesWritten: number }): Readable {
  let size = 0;
  const limited = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      size += bytes.length;
      if (isPackedToHarm(decoder.bytesWritten, size))
        done(new Error('Decoded, the response has more than 200 times its size'));
      else done(null, bytes);
    },
  });
  coded.on('error', (error) => decoder.destroy(error));
  decoder.on('error', (error) => limited.destroy(error));
  // A body that is given up breaks off: nobody has to listen for that.
  limited.on('error', () => decoder.destroy());
  return coded.pipe(decoder).pipe(limited);
}

/** Content codings of a response, in the order in which they were applied, in lower case. */
export function codingsOf({ headers }: Pick<CodedResponse, 'headers'>): string[] {
  return (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
}
