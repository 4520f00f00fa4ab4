import type { Stream } from '../../shared/session/types.ts';
import { formatBytes, formatCount, formatRate, shortUrl } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { Condition } from '../timeline/model/condition.ts';
import { type FindingMark, FindingMarkBadge } from '../ui/FindingMark.tsx';
import type { Rates } from './rates.ts';
import { Sparkline } from './Sparkline.tsx';
import { streamStateText } from './streamText.ts';

const TRANSPORTS = { EventSource: 'ES', fetch: 'fetch', XMLHttpRequest: 'XHR' } as const;

export interface StreamListProps {
  data: PanelData;
  /** Of each logical stream, by its last stream. */
  conditions: ReadonlyMap<string, Condition>;
  /** Entries that match the filter, by stream; undefined without a filter. */
  matches: ReadonlyMap<string, number> | undefined;
  rates: Rates;
  /** Of streams that have an error or a warning, by their ids. */
  marks: ReadonlyMap<string, FindingMark>;
}

export function StreamList({ data, conditions, matches, rates, marks }: StreamListProps) {
  const rows = data.groups.value.flatMap(({ streams }) =>
    streams.map((stream, i) => ({
      stream,
      follows: i > 0,
      of: streams.length,
      // What there is to say of a group stands at its last stream.
      condition: i === streams.length - 1 ? conditions.get(stream.id) : undefined,
    })),
  );
  const chosen = data.stream.value;
  const session = data.session.value;

  function onKeyDown(event: KeyboardEvent): void {
    const at = rows.findIndex((one) => one.stream.id === chosen?.id);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const stream = next === undefined ? undefined : rows[next]?.stream;
    if (!stream) return;
    event.preventDefault();
    data.chooseStream(stream.id);
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
              onClick={() => data.chooseStream(stream.id)}
            >
              <span class={`dot ${state.tone}`} aria-hidden="true" />
              <span class="sr-only">{state.text}. </span>
              <span class="transport">{TRANSPORTS[stream.transport]}</span>
              <span class="stream-name">
                <span class="url">{shortUrl(stream.url, stream.documentUrl)}</span>
                <FindingMarkBadge mark={marks.get(stream.id)} />
                <span class={`condition ${condition?.tone ?? ''}`} title={condition?.title}>
                  {condition?.text}
                </span>
                {matches?.has(stream.id) && (
                  <span class="matches" title="Entries here that match the filter">
                    {formatCount(matches.get(stream.id)!)}
                    <span class="sr-only"> match the filter</span>
                  </span>
                )}
              </span>
              <span class="number events">{formatCount(stream.events)}</span>
              <span class="number bytes-cell">{formatBytes(stream.bytes)}</span>
              <span class="number rate">
                <Sparkline values={rates.sparks.value.get(stream.id)} />
                {formatRate(rates.now.value.get(stream.id) ?? 0)}
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
