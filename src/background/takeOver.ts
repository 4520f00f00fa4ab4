import { headerOf } from './http/streamRequest.ts';
import { CLOCK_DRIFT, isOfWire, isSameMethod, UNKNOWN_FRAME, withoutFragment } from './join.ts';
import type { Ledger, Live } from './ledger.ts';

/**
 * A page that is very busy reports a reconnection when its request has long been taken for a stream of nobody: what was recorded
 * of that becomes the next exchange of the page's stream, and those that follow it too.
 *
 * @param before - the exchange that the page says is over
 * @param at - when the page began to wait for the next one, ms since the epoch
 * @returns the next exchange
 */
export async function takeOver(ledger: Ledger, before: Live, at: number): Promise<Live | undefined> {
  const { stream, exchange } = before;
  // A stream whose page side is not known has no page that could report it.
  if (stream.unclaimed || exchange.number !== stream.exchanges) return undefined;
  const fitting: Live[] = [];
  for (const { stream: other } of await ledger.unclaimed(stream.session)) {
    const first = await ledger.live(other.id, 1);
    if (first && continues(first, before, at) && carriesIdOf(first, before)) fitting.push(first);
  }
  fitting.sort((a, b) => a.exchange.startedAt - b.exchange.startedAt);
  if (!fitting[0]) return undefined;
  const next = await ledger.moveExchanges(fitting[0].stream, before);
  if (next) next.exchange.startedAt = at;
  return next;
}

function continues({ stream, exchange }: Live, before: Live, at: number): boolean {
  const { http } = exchange;
  // The debugger says for certain what sent it; headers do not.
  if (http && isOfWire({ id: http.request }) && stream.transport !== before.stream.transport) return false;
  const isOfFrame =
    stream.frameId === before.stream.frameId ||
    (stream.frameId <= UNKNOWN_FRAME &&
      withoutFragment(stream.documentUrl) === withoutFragment(before.stream.documentUrl));
  return (
    isOfFrame &&
    isSameMethod(stream.methodUnknown ? '' : stream.method, before.stream.method) &&
    [before.stream.url, before.exchange.url].some(
      (url) => withoutFragment(url) === withoutFragment(stream.url),
    ) &&
    exchange.startedAt >= at - CLOCK_DRIFT
  );
}

/**
 * "If the EventSource object's last event ID string is not the empty string, then: … set (`Last-Event-ID`, lastEventIDValue) in
 * request's header list".
 */
function carriesIdOf({ exchange: { http } }: Live, before: Live): boolean {
  const id = headerOf(http?.requestHeaders ?? [], 'last-event-id');
  if (id === (before.lastEventId || before.writer.lastEventId())) return true;
  // Its headers were not told; or the page was given an ID by an event that nobody recorded.
  return id === '' ? http?.certain !== true : before.exchange.wire === undefined;
}
