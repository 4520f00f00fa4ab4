import type { HttpRequest } from '../../shared/store/schema.ts';
import { join } from './applyToExchange.ts';
import { joinTwin } from './joinTwin.ts';
import type { Ledger } from './ledger.ts';
import { matchRequest } from './matchRequest.ts';
import { isOfWire, isSameMethod, withoutFragment } from './sameAddress.ts';
import { isLate } from './waiting.ts';

/** What was open when recording began is the youngest of the requests that it can be: the others were over. */
export async function joinLate(ledger: Ledger, session: string): Promise<void> {
  const late = (await ledger.waiting(session)).filter(isLate);
  if (late.length === 0) return;
  for (const request of (await ledger.heldRequests(session)).reverse()) {
    if (request.worker || !isSent(request) || (await joinTwin(ledger, request))) continue;
    const match = matchRequest(
      request,
      late.filter(({ exchange }) => !exchange.http),
    );
    if (match) await join(ledger, request, match.waiting, match.certain);
  }
}

/** It was over when recording began: an earlier connection of a stream that was there already. */
export async function isOfEarlier(ledger: Ledger, request: HttpRequest): Promise<boolean> {
  const end = request.held.find((fact) => fact.type === 'RequestEnded');
  if (end?.type !== 'RequestEnded' || isOfWire(request)) return false;
  return (await ledger.streams(request.session)).some(
    (stream) =>
      stream.openedBeforeRecording &&
      end.at < stream.openedAt &&
      isAlike({ ...request, url: withoutFragment(stream.url), method: stream.method }, request),
  );
}

export function isAlike(a: HttpRequest, b: HttpRequest): boolean {
  return a.url === b.url && isSameMethod(a.method, b.method);
}

/** Without its headers the ID that a request carries is not known yet. */
export function isSent({ held }: HttpRequest): boolean {
  return held.some((fact) => fact.type !== 'RequestStarted');
}
