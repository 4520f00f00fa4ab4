import { formatBytes, formatCount, formatRate, shortUrl } from '../../shared/session/format.ts';
import type { Stream } from '../../shared/session/types.ts';
import type { PanelStore } from '../panelStore.ts';
import { streamStateText } from '../state/streamText.ts';
import { Sparkline } from '../ui/Sparkline.tsx';

const TRANSPORTS = { EventSource: 'ES', fetch: 'fetch', XMLHttpRequest: 'XHR' } as const;

export function StreamList({ store }: { store: PanelStore }) {
  const rows = store.groups.value.flatMap(({ streams }) =>
    streams.map((stream, i) => ({
      stream,
      follows: i > 0,
      of: streams.length,
      // What there is to say of a group stands at its last stream.
      condition: i === streams.length - 1 ? store.timeline.conditions.value.get(stream.id) : undefined,
    })),
  );
  const counts = store.rows.filtered.value ? store.rows.counts.value : undefined;
  const chosen = store.stream.value;
  const session = store.session.value;

  function onKeyDown(event: KeyboardEvent): void {
    const at = rows.findIndex((one) => one.stream.id === chosen?.id);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const stream = next === undefined ? undefined : rows[next]?.stream;
    if (!stream) return;
    event.preventDefault();
    store.chooseStream(stream.id);
    document.getElementById(rowId(stream))?.scrollIntoView({ block: 'nearest' });
  }

  return (
    <div class="streams">
      <div class="streams-head" aria-hidden="true">
        <span class="url">Stream</span>
        <span class="number events">Events</span>
        <span class="number bytes-cell">Bytes</span>
        <span class="number rate">Rate</span>
      </div>
      <div
        class="streams-list"
        role="listbox"
        aria-label="Streams"
        tabIndex={0}
        aria-activedescendant={chosen ? rowId(chosen) : undefined}
        onKeyDown={onKeyDown}
      >
        {rows.map(({ stream, follows, of, condition }) => {
          const ended = session?.endedAt !== undefined;
          const state = streamStateText(stream, ended);
          return (
            <div
              key={stream.id}
              id={rowId(stream)}
              class={`stream-row ${follows ? 'follows' : ''}`}
              role="option"
              aria-selected={stream.id === chosen?.id}
              title={`${stream.method} ${stream.url}\n${state.text}${of > 1 ? `\nOne of ${of} streams that were opened one after the other for the same purpose` : ''}`}
              onClick={() => store.chooseStream(stream.id)}
            >
              <span class={`dot ${state.tone}`} aria-hidden="true" />
              <span class="sr-only">{state.text}. </span>
              <span class="transport">{TRANSPORTS[stream.transport]}</span>
              <span class="url">{shortUrl(stream.url, stream.documentUrl)}</span>
              <span class={`condition ${condition?.tone ?? ''}`} title={condition?.title}>
                {condition?.text}
              </span>
              {counts?.has(stream.id) && (
                <span class="matches" title="Entries here that match the filter">
                  {formatCount(counts.get(stream.id)!)}
                  <span class="sr-only"> match the filter</span>
                </span>
              )}
              <span class="number events">{formatCount(stream.events)}</span>
              <span class="number bytes-cell">{formatBytes(stream.bytes)}</span>
              <span class="number rate">
                <Sparkline values={store.sparks.value.get(stream.id)} />
                {formatRate(store.rates.value.get(stream.id) ?? 0)}
              </span>
            </div>
          );
        })}
      </div>
      <div class="streams-foot">
        {formatCount(rows.length)} {rows.length === 1 ? 'stream' : 'streams'} ·{' '}
        {formatCount(session?.events ?? 0)} events · {formatBytes(session?.bytes ?? 0)}
      </div>
    </div>
  );
}

function rowId(stream: Stream): string {
  return `stream-${stream.number}`;
}
