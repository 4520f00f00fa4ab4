import type { HttpRequest } from '../../shared/store/schema.ts';
import { adopt } from './adopt.ts';
import { join } from './applyToExchange.ts';
import { evidenceOf } from './evidence.ts';
import { isAlike, isOfEarlier, isSent, joinLate } from './joinLate.ts';
import { isKnownOtherwise, joinTwin, joinTwins } from './joinTwin.ts';
import type { Ledger } from './ledger.ts';
import { lostItsRequest } from './lostItsRequest.ts';
import { matchNearly, matchRequest } from './matchRequest.ts';
import { PAGE_TELLS_WITHIN, patienceWith } from './patience.ts';
import { reclaim } from './reclaim.ts';
import { releaseOthers } from './release.ts';
import { CLOCK_DRIFT } from './waiting.ts';

/**
 * Finds for the requests that wait the exchanges that they are. What no page reports, a worker's request for one, is a
 * stream of its own.
 *
 * @param now - monotonic, ms
 * @param clockSetAt - when the wall clock was last set forward; monotonic, ms
 * @param all - everything that was reported so far has been applied: what no page has reported is no page's
 * @param life - from when on every request was heard, and when the wall clock last jumped, as far as the background has seen; ms
 * since the epoch
 * @returns when to look again (monotonic, ms): the page may still report what has been answered. Infinity for never
 */
export async function joinRequests(
  ledger: Ledger,
  session: string,
  now: number,
  clockSetAt: number,
  all: boolean,
  { since, jumpedAt }: { since?: number; jumpedAt?: number | undefined } = {},
): Promise<number> {
  let again = Infinity;
  await releaseOthers(ledger, session, since);
  await joinLate(ledger, session);
  await reclaim(ledger, session, since);
  const unsent: HttpRequest[] = [];
  const passed: HttpRequest[] = [];
  for (const request of await ledger.heldRequests(session)) {
    // What was joined since may be the twin of an earlier one: this one must not take it.
    await joinTwins(ledger, passed);
    if (await joinTwin(ledger, request)) continue;
    passed.push(request);
    const waiting = request.worker ? [] : await ledger.waiting(session);
    const sent = isSent(request);
    if (!sent) unsent.push(request);
    // First in, first out: one that was sent before it may take the exchange that it would take.
    if (unsent.some((earlier) => earlier !== request && isAlike(earlier, request))) continue;
    const match = sent
      ? matchRequest(
          request,
          waiting.filter((one) => !lostItsRequest(request, one, ledger.since)),
          since,
          await evidenceOf(ledger, request, waiting),
        )
      : undefined;
    if (match) {
      await join(ledger, request, match.waiting, match.certain);
      continue;
    }
    if (!sent || request.answeredAt === undefined) continue;
    const due = ledger.answered(request) + (await patienceWith(ledger, request));
    if (now < due || !all) {
      again = Math.min(again, Math.max(due, now));
      continue;
    }
    const earlier = request.worker ? [] : await ledger.waitingEarlier(request);
    // A page that speaks first after the clock was set says all its times by the clock of then.
    const isBeside = ledger.answered(request) <= clockSetAt + PAGE_TELLS_WITHIN;
    const tolerance = isBeside ? Infinity : await toleranceOf(ledger, session, jumpedAt);
    if ((await isOfEarlier(ledger, request)) || (await isKnownOtherwise(ledger, request))) {
      ledger.endRequest(request);
      continue;
    }
    const possible = [...new Set([...waiting, ...earlier])];
    const near = matchNearly(request, possible, tolerance, await evidenceOf(ledger, request, possible));
    if (near) await join(ledger, request, near.waiting, near.certain);
    else await adopt(ledger, request);
  }
  // The last of them may be what an earlier one waited for.
  await joinTwins(ledger, passed);
  return again;
}

/**
 * Where the wall clock has jumped, the order alone tells. The background may have seen it where no page has: in none of them two
 * batches lay on both sides of it.
 */
async function toleranceOf(ledger: Ledger, id: string, jumpedAt: number | undefined): Promise<number> {
  const session = await ledger.session(id);
  const isJumped = session?.clockSetAt !== undefined || (jumpedAt ?? 0) > (session?.startedAt ?? Infinity);
  return isJumped ? Infinity : CLOCK_DRIFT;
}
