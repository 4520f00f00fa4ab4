import { CLOSED, eventSourceState, eventSourceUrl, OPEN } from '../../natives/eventSource.ts';
import { eventType, listen, messageData, messageId, unlisten } from '../../natives/eventTargets.ts';
import { createList } from '../../natives/reflect.ts';
import { now } from '../../natives/window.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { Watched } from './watchedEventSource.ts';

type Listener = (event: never) => void;

/**
 * Reports an EventSource, and what happens to it from now on.
 *
 * @param late - it was there before recording began
 */
export function observeEventSource(
  one: Watched,
  reporter: Reporter,
  stream: number,
  late: boolean,
  stack: string,
): void {
  const { es } = one;
  one.stream = stream;
  one.heard = createList();
  const url = eventSourceUrl(es);
  reporter.fact({
    type: 'StreamOpened',
    stream,
    at: now(),
    transport: 'EventSource',
    method: 'GET',
    url,
    stack,
    late,
  });
  if (late && eventSourceState(es) === OPEN) responded(one, reporter);

  function onMessage(event: MessageEvent): void {
    try {
      // An event that the page dispatches itself is not of the stream.
      if (event.isTrusted) {
        reporter.event(stream, eventType(event), messageData(event) as string, messageId(event), now());
      }
    } catch {}
  }
  function onOpen(event: Event): void {
    try {
      if (!event.isTrusted) return;
      if (isMessage(event)) onMessage(event);
      else responded(one, reporter);
    } catch {}
  }
  function onError(event: Event): void {
    try {
      if (!event.isTrusted) return;
      if (isMessage(event)) onMessage(event);
      else failed(one, reporter);
    } catch {}
  }
  one.onMessage = onMessage;
  listen(es, 'open', onOpen as Listener);
  listen(es, 'error', onError as Listener);
  hear(one, 'message');
  for (let i = 0; i < one.types.length; i++) {
    hear(one, one.types[i]!);
    reporter.fact({ type: 'ListenerAdded', stream, at: now(), event: one.types[i]! });
  }
  one.stop = () => {
    one.stop = undefined;
    one.onMessage = undefined;
    one.stream = 0;
    unlisten(es, 'open', onOpen as Listener);
    unlisten(es, 'error', onError as Listener);
    for (let i = 0; i < one.heard.length; i++) unlisten(es, one.heard[i]!, onMessage as Listener);
  };
}

/** The page listens to a type: from now on the tap does too. */
export function pageListens(one: Watched, reporter: Reporter, type: string): void {
  for (let i = 0; i < one.types.length; i++) if (one.types[i] === type) return;
  one.types[one.types.length] = type;
  hear(one, type);
  if (one.stream) reporter.fact({ type: 'ListenerAdded', stream: one.stream, at: now(), event: type });
}

function hear(one: Watched, type: string): void {
  const onMessage = one.onMessage;
  if (!onMessage) return;
  for (let i = 0; i < one.heard.length; i++) if (one.heard[i] === type) return;
  one.heard[one.heard.length] = type;
  // `open` and `error` have their own listeners, which tell a message of that name by its class.
  if (type !== 'open' && type !== 'error') listen(one.es, type, onMessage as Listener);
}

function responded(one: Watched, reporter: Reporter): void {
  one.open = true;
  const url = eventSourceUrl(one.es);
  reporter.fact({
    type: 'ExchangeResponded',
    stream: one.stream,
    at: now(),
    status: 0,
    url,
    headers: [],
  });
}

function failed(one: Watched, reporter: Reporter): void {
  const { stream } = one;
  const final = eventSourceState(one.es) === CLOSED;
  const at = now();
  // The browser reconnects when an open connection is lost; only a document that goes away closes one for good.
  const cause = !final ? 'disconnect' : one.open ? 'unload' : 'error';
  reporter.fact({ type: 'ExchangeEnded', stream, at, cause, final, error: '' });
  one.open = false;
  if (final) {
    one.over = true;
    one.failedAt = at;
  } else reporter.fact({ type: 'ExchangeStarted', stream, at });
}

function isMessage(event: Event): event is MessageEvent {
  try {
    messageData(event);
    return true;
  } catch {
    return false;
  }
}
