import { responseBody, responseBodyUsed } from '../../natives/fetchResponse.ts';
import { streamLocked } from '../../natives/streams.ts';
import type { Patches } from '../../patch/patches.ts';
import type { Bodies, Branch } from './bodies.ts';
import { branchAt } from './branch.ts';
import { awaitEnd, readAlongside, readResult } from './readWhole.ts';

/** `Response`: its body, its clones, and the methods that read it to its end. */
export function tapResponse(patches: Patches, bodies: Bodies): void {
  const response = Response.prototype;

  patches.accessor(response, 'body', 'get', (native, self, args) => {
    const body = native(self, args) as ReadableStream | null;
    const branch = bodies.branchOf(self);
    if (branch && body) {
      branch.shown = true;
      if (!bodies.branchOf(body)) bodies.follow(body, branch);
    }
    return body;
  });

  patches.method(response, 'clone', (native, self, args) => {
    const branch = bodies.branchOf(self);
    const copy = native(self, args) as Response;
    if (branch) {
      // Cloning tees the body: both responses have a new stream, which begins where the old one was.
      const own = branchAt(branch);
      bodies.follow(self as Response, own);
      const body = responseBody(self);
      if (body) bodies.follow(body, own);
      bodies.follow(copy, branchAt(branch));
    }
    return copy;
  });

  for (const name of ['text', 'json', 'arrayBuffer', 'blob', 'bytes', 'formData']) {
    patches.method(response, name, (native, self, args) => {
      const found = unread(bodies, self);
      if (!found) return native(self, args);
      const { branch, shown } = found;
      if (!bodies.wanted()) return awaitEnd(bodies, branch, native(self, args) as Promise<unknown>);
      // A clone would replace a body that the page already holds.
      if (shown) return readResult(bodies, branch, name, self as Response, () => native(self, args));
      readAlongside(bodies, branch, self as Response);
      return native(self, args);
    });
  }
}

/** The branch of a response whose body nobody has begun to read; `null` when it is no event stream, or not ours to read. */
function unread(bodies: Bodies, self: unknown): { branch: Branch; shown: boolean } | null {
  try {
    if (!bodies.any() || responseBodyUsed(self)) return null;
    const body = responseBody(self);
    if (!body || streamLocked(body)) return null;
    const branch = bodies.branchOf(self);
    if (branch) return { branch, shown: branch.shown };
    // `new Response(stream)` has the stream that it was given.
    const given = bodies.branchOf(body);
    return given ? { branch: given, shown: true } : null;
  } catch {
    return null;
  }
}
