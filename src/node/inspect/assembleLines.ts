import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createAssembly } from '../../shared/assemble/assembly.ts';
import type { Assembled } from '../../shared/assemble/build/assembled.ts';

/** What a body of lines (NDJSON) says as a whole; undefined where it has no known format. */
export async function assembleLines(
  path: string,
  requestBody: string | undefined,
): Promise<{ lines: number; assembled: Assembled | undefined }> {
  const assembly = createAssembly({
    framing: 'lines',
    url: path,
    method: 'POST',
    headers: [],
    requestHeaders: [],
    ...(requestBody === undefined ? {} : { requestBody }),
  });
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() !== '') assembly.add({ n: ++lines, type: 'message', data: line, id: '' });
  }
  return { lines, assembled: assembly.result({ open: false, whole: true }) };
}
