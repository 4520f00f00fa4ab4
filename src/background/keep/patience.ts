import type { HttpRequest } from '../../shared/store/schema.ts';
import type { Ledger } from './ledger.ts';
import { withoutFragment } from './sameAddress.ts';

/**
 * After a response, wait this long for the page to report the stream, ms. A page that is very busy may report it later,
 * and is given its stream then.
 */
export const PAGE_TELLS_WITHIN = 1000;
/** The debugger may tell of the end of a worker's connection after the next one has begun: so long it may take, ms. */
const END_TOLD_WITHIN = 2500;
/** Chromium's debugger may report a worker's request that has no tab for the HTTP layer: so long it may take, ms. */
const WIRE_TELLS_WITHIN = 300;

/** How long to wait, ms, before a request that has been answered is taken for nobody's who has told of it. */
export async function patienceWith(ledger: Ledger, request: HttpRequest): Promise<number> {
  if (!request.worker) return PAGE_TELLS_WITHIN;
  if (request.tab < 0) return WIRE_TELLS_WITHIN;
  return (await mayContinue(ledger, request)) ? END_TOLD_WITHIN : 0;
}

/** The worker has a stream of this address open, whose end may be told late: then this request goes on with it. */
async function mayContinue(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  const lives = await ledger.liveStreams(request.session);
  return lives.some(
    ({ stream, exchange }) =>
      stream.frame === 'worker' &&
      stream.transport === 'EventSource' &&
      stream.state === 'open' &&
      workerOf(exchange.http?.request) === workerOf(request.id) &&
      withoutFragment(stream.url) === request.url,
  );
}

/** The part of the debugger's name of a request that is its worker's. */
function workerOf(id = ''): string {
  return id.slice(0, id.lastIndexOf('-'));
}
