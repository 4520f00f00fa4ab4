import { useEffect, useState } from 'preact/hooks';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { formatBytes, formatCount, formatDuration, formatTime } from '../../shared/session/format.ts';
import type { Exchange, Header } from '../../shared/session/types.ts';
import type { PanelStore } from '../panelStore.ts';

/** Of streams that reconnect without end, the last ones are shown. */
const MOST = 100;

/** The exchanges of the chosen stream: what was asked, what was answered, and when. */
export function HttpView({ store }: { store: PanelStore }) {
  const exchanges = store.exchanges.value;
  const shown = exchanges.slice(-MOST).reverse();
  return (
    <div class="page" role="tabpanel" tabIndex={0} aria-label="HTTP">
      {exchanges.length > MOST && (
        <p class="note">
          The last {MOST} of {formatCount(exchanges.length)} exchanges.
        </p>
      )}
      {shown.map((exchange, i) => (
        <details key={exchange.id} class="exchange" open={i === 0}>
          <summary>
            <span class="number">#{exchange.number}</span>
            <span class={`badge ${statusTone(exchange)}`}>{exchange.status ?? 'no status'}</span>
            <span>{formatTime(exchange.http?.requestedAt ?? exchange.startedAt)}</span>
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
          <WholeExchange store={store} outline={exchange} />
        </details>
      ))}
    </div>
  );
}

/** Headers are read when somebody looks at the exchange. */
function WholeExchange({ store, outline }: { store: PanelStore; outline: ExchangeOutline }) {
  const [exchange, setExchange] = useState<Exchange | undefined>(undefined);
  useEffect(() => {
    let current = true;
    store
      .readExchange(outline.id)
      .then((read) => current && setExchange(read))
      .catch(() => {});
    return () => {
      current = false;
    };
  }, [outline, store]);
  return exchange ? <ExchangeFacts exchange={exchange} /> : null;
}

function ExchangeFacts({ exchange }: { exchange: Exchange }) {
  const { http } = exchange;
  const begin = http?.requestedAt ?? exchange.startedAt;
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
    ['Over after', since(exchange.endedAt ?? http?.completedAt)],
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
          <Headers title="Headers of the redirect" headers={redirect.headers} />
        </div>
      ))}
      {http?.evidence && (
        <>
          <h2>What came instead of a stream</h2>
          <pre class="text">{http.evidence}</pre>
        </>
      )}
      <Headers title="Response headers" headers={exchange.headers} />
      <Headers title="Request headers" headers={http?.requestHeaders} />
    </>
  );
}

function Headers({ title, headers }: { title: string; headers: Header[] | undefined }) {
  return (
    <>
      <h2>{title}</h2>
      {headers && headers.length > 0 ? (
        <dl class="facts headers">
          {headers.map(([name, value], i) => (
            <>
              <dt key={`${name}${i}`}>{name}</dt>
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

function statusTone({ status, http }: ExchangeOutline): string {
  if (http?.error && !http.aborted) return 'bad';
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
