import type { Signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { beganAt, endedAt } from '../../shared/session/exchangeTimes.ts';
import { outcomeOf } from '../../shared/session/outcome.ts';
import type { Exchange, Header } from '../../shared/session/types.ts';
import { formatBytes, formatCount, formatDuration, formatTime } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { ShownExchange } from './shownExchange.ts';

/** Of streams that reconnect without end, the last ones are shown. */
const MOST = 100;
/** Exchanges that are held with their headers. */
const MOST_HELD = 3 * MOST;

/** The exchanges of the chosen stream: what was asked, what was answered, and when. */
export function HttpView({ data, led }: { data: PanelData; led: Signal<ShownExchange | undefined> }) {
  const exchanges = data.exchanges.value;
  const to = led.value;
  const older = exchanges.slice(0, -MOST).filter(({ id }) => id === to?.exchange);
  const shown = useWhole(data, [...older, ...exchanges.slice(-MOST)]).reverse();
  // Nobody is led there any more once the tab is left.
  useEffect(
    () => () => {
      led.value = undefined;
    },
    [led],
  );
  return (
    <div class="page" role="tabpanel" tabIndex={0} aria-label="HTTP">
      {exchanges.length > MOST && (
        <p class="note">
          The last {MOST} of {formatCount(exchanges.length)} exchanges.
        </p>
      )}
      {shown.map((exchange, i) => (
        <ExchangeItem
          key={exchange.id}
          exchange={exchange}
          isLast={i === 0}
          led={to?.exchange === exchange.id ? to : undefined}
        />
      ))}
    </div>
  );
}

interface ExchangeItemProps {
  exchange: Exchange;
  isLast: boolean;
  /** Somebody was led to it. */
  led: ShownExchange | undefined;
}

/** One exchange; the last one is open. It is drawn again when it has changed, and not with every other one. */
function ExchangeItem({ exchange, isLast, led }: ExchangeItemProps) {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const details = element.current;
    if (!led || !details) return;
    details.open = true;
    (details.querySelector('dt.led') ?? details).scrollIntoView({ block: 'nearest' });
    details.querySelector<HTMLElement>('summary')?.focus({ preventScroll: true });
  }, [led]);
  return useMemo(
    () => (
      <details class={`exchange ${led ? 'led' : ''}`} open={isLast || led !== undefined} ref={element}>
        <summary>
          <span class="number">#{exchange.number}</span>
          <span class={`badge ${statusTone(exchange)}`}>{exchange.status ?? 'no status'}</span>
          <span>{formatTime(beganAt(exchange))}</span>
          <span>{exchange.http?.protocol}</span>
          <span>
            {formatCount(exchange.events)} {exchange.events === 1 ? 'event' : 'events'},{' '}
            {formatBytes(exchange.bytes)}
          </span>
          {exchange.http?.error && <span class="head-error">{exchange.http.error}</span>}
          {exchange.http && !exchange.http.certain && (
            <span
              class="badge warn"
              title="Several streams to this address were connecting at the same time: this request may be another’s."
            >
              not certain
            </span>
          )}
        </summary>
        <ExchangeFacts exchange={exchange} led={led?.header ?? ''} />
      </details>
    ),
    [exchange, isLast, led],
  );
}

/**
 * Exchanges with their headers, which are read when somebody looks. One that has changed is shown as it was until it is
 * read again; one that has not been read yet is left out.
 */
function useWhole(data: PanelData, outlines: readonly ExchangeOutline[]): Exchange[] {
  type Read = { outline: ExchangeOutline; exchange: Exchange };
  const [read, setRead] = useState<ReadonlyMap<string, Read>>(new Map());
  const stale = outlines.filter((outline) => read.get(outline.id)?.outline !== outline);
  useEffect(() => {
    if (stale.length === 0) return;
    data
      .readExchanges(stale.map(({ id }) => id))
      .then((found) =>
        setRead((before) => {
          const next = new Map(before);
          for (const outline of stale) {
            const exchange = found.get(outline.id);
            if (exchange) next.set(outline.id, { outline, exchange });
          }
          for (const oldest of next.keys()) {
            if (next.size <= MOST_HELD) break;
            next.delete(oldest);
          }
          return next;
        }),
      )
      .catch(() => {});
  }, [data.exchanges.value, data]);
  return outlines.flatMap(({ id }) => read.get(id)?.exchange ?? []);
}

function ExchangeFacts({ exchange, led }: { exchange: Exchange; led: string }) {
  const { http } = exchange;
  const begin = beganAt(exchange);
  const since = (at: number | undefined) =>
    at === undefined ? undefined : formatDuration(Math.max(0, at - begin));
  const facts: [name: string, value: string | undefined][] = [
    ['Request', `${exchange.method} ${exchange.url}`],
    ['Remote address', http?.remoteAddress || undefined],
    [
      'Waited before',
      http && exchange.number > 1
        ? formatDuration(Math.max(0, http.requestedAt - exchange.startedAt))
        : undefined,
    ],
    ['Answered after', since(exchange.respondedAt)],
    ['First byte after', since(exchange.firstAt)],
    ['Last byte after', since(exchange.lastAt)],
    ['Over after', since(endedAt(exchange))],
    ['From the cache', http?.fromCache ? 'yes' : undefined],
    ['Bytes from', bytesFrom(exchange)],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <>
                <dt key={name}>{name}</dt>
                <dd>{value}</dd>
              </>
            ),
        )}
      </dl>
      {http?.redirects.map((redirect) => (
        <div key={redirect.at} class="redirect">
          <h2>
            {redirect.status} to {redirect.to}
          </h2>
          <Headers title="Headers of the redirect" headers={redirect.headers} led="" />
        </div>
      ))}
      {http?.evidence && (
        <>
          <h2>What came instead of a stream</h2>
          <pre class="text">{http.evidence}</pre>
        </>
      )}
      <Headers title="Response headers" headers={exchange.headers} led={led} />
      <Headers title="Request headers" headers={http?.requestHeaders} led={led} />
    </>
  );
}

interface HeadersProps {
  title: string;
  headers: Header[] | undefined;
  /** The one that somebody was led to, in lower case. */
  led: string;
}

function Headers({ title, headers, led }: HeadersProps) {
  return (
    <>
      <h2>{title}</h2>
      {headers && headers.length > 0 ? (
        <dl class="facts headers">
          {headers.map(([name, value], i) => (
            <>
              <dt key={`${name}${i}`} class={name.toLowerCase() === led ? 'led' : ''}>
                {name}
              </dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      ) : (
        <p>Not seen.</p>
      )}
    </>
  );
}

function statusTone(exchange: Exchange): string {
  const { status } = exchange;
  if (outcomeOf(exchange)?.isFailed) return 'bad';
  return status === undefined ? '' : status === 200 ? 'good' : 'bad';
}

function bytesFrom({ wire, fidelity, bytes }: Exchange): string | undefined {
  if (wire === 'broken') return 'the wire up to a break, then what the page saw';
  if (wire) return 'the wire';
  if (bytes === 0) return undefined;
  return {
    bytes: 'the body that the page read',
    text: 'the text that the page read',
    events: 'the events that the page heard',
  }[fidelity];
}
