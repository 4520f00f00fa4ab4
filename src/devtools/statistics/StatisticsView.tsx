import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes, formatCount, formatDuration } from '../../shared/text/units/format.ts';
import { createPace } from '../data/pace.ts';
import type { PanelData } from '../data/panelData.ts';
import type { Spread, Statistics } from '../query/statistics.ts';
import type { TimelineStore } from '../timeline/timelineStore.ts';
import { copyText } from '../ui/copyText.ts';
import { Plot } from '../ui/Plot.tsx';
import { Bars } from './Bars.tsx';
import { readStatistics } from './readStatistics.ts';
import { reportOf } from './streamsAsMarkdown.ts';

/** Numbers are taken anew at most this often while more comes, ms. */
const EVERY = 1000;

/** Numbers about the chosen stream, or all of them: how many, how often, how large. */
export interface StatisticsViewProps {
  data: PanelData;
  timeline: TimelineStore;
}

export function StatisticsView({ data, timeline }: StatisticsViewProps) {
  const [statistics, setStatistics] = useState<Statistics | undefined>(undefined);
  const [all, setAll] = useState(false);
  const stream = data.stream.value;
  const version = timeline.version.value;

  const [pace] = useState(() => createPace(EVERY));
  const asked = useRef('');
  useEffect(() => {
    const abort = new AbortController();
    const of = `${stream?.id} ${all}`;
    const wait = asked.current === of ? pace.wait() : 0;
    const timer = setTimeout(() => {
      asked.current = of;
      pace.taken();
      readStatistics(data, timeline.jumps.value, all, abort.signal)
        .then(setStatistics)
        .catch(() => {});
    }, wait);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [stream?.id, all, version, data]);

  if (!statistics || !stream) return <div class="page" />;
  const { types, between, size, rate } = statistics;
  const shown = all ? data.streams.value : data.logical.value;
  const exchanges = shown.flatMap(({ id }) => data.allExchanges.value.get(id) ?? []);
  let failed = 0;
  for (const { end, status = 200 } of exchanges) {
    if (end === 'error' || end === 'disconnect' || status >= 400) failed++;
  }
  const most = types[0]?.events ?? 1;
  return (
    <div class="page" role="tabpanel" tabIndex={0} aria-label="Statistics">
      <div class="page-bar">
        <label>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />{' '}
          All streams of the session
        </label>
        <button
          type="button"
          class="text-button"
          title="As Markdown, for an issue or a message"
          onClick={() => void copyText(reportOf(data.session.value, stream, statistics, exchanges, all))}
        >
          Copy report
        </button>
      </div>
      <dl class="figures">
        <Figure name="Connections" title="Requests that were made" value={formatCount(exchanges.length)} />
        <Figure
          name="Failed"
          title="Ended by a failure, or answered by an error status"
          value={formatCount(failed)}
        />
        <Figure name="Events" title="Blocks that dispatch an event" value={formatCount(statistics.events)} />
        <Figure
          name="Comments"
          title="Lines that begin with a colon"
          value={formatCount(statistics.comments)}
        />
        <Figure
          name="Problems"
          title="What a client ignores, and unfinished blocks"
          value={formatCount(statistics.problems)}
        />
        <Figure
          name="Bytes"
          title="Of the response bodies, decoded"
          value={formatBytes(exchanges.reduce((sum, one) => sum + one.bytes, 0))}
        />
      </dl>

      {rate && (
        <>
          <h2>Events over time</h2>
          <Plot
            label={`Events per second over time, at most ${formatCount(Math.round((rate.counts.reduce((max, count) => Math.max(max, count), 0) * 1000) / rate.span))}`}
            xs={rate.counts.map((_, i) => (rate.from + i * rate.span) / 1000)}
            series={[
              {
                label: 'events/s',
                values: rate.counts.map((count) => (count * 1000) / rate.span),
                fill: true,
              },
            ]}
            time
          />
        </>
      )}

      <h2>Types</h2>
      {types.length === 0 && <p>No event yet.</p>}
      {types.length > 0 && (
        <div class="scroll-x">
          <table class="facts types">
            <thead>
              <tr>
                <th>Type</th>
                <th class="number">Events</th>
                <th class="number">Bytes</th>
                <th>
                  <span class="sr-only">Share</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {types.slice(0, 50).map((one) => (
                <tr key={one.type}>
                  <td class="mono">{one.type}</td>
                  <td class="number">{formatCount(one.events)}</td>
                  <td class="number">{formatBytes(one.bytes)}</td>
                  <td class="share">
                    <span style={{ width: `${(one.events / most) * 100}%` }} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {types.length > 50 && <p class="note">and {formatCount(types.length - 50)} more types</p>}
        </div>
      )}

      <h2>Time between events</h2>
      <SpreadLine spread={between} format={formatDuration} />
      <Bars
        label="Events by the time since the one before"
        histogram={statistics.betweenHistogram}
        format={formatDuration}
      />

      <h2>Size of data</h2>
      <SpreadLine spread={size} format={formatBytes} />
      <Bars
        label="Events by the bytes of their data"
        histogram={statistics.sizeHistogram}
        format={formatBytes}
      />
    </div>
  );
}

function Figure({ name, title, value }: { name: string; title: string; value: string }) {
  return (
    <div class="figure" title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function SpreadLine({ spread, format }: { spread: Spread; format(value: number): string }) {
  if (Number.isNaN(spread.max)) return <p class="note">Too little to measure.</p>;
  return (
    <p
      class="spread"
      title="Half of the events have at most the first value; 95 %, 99 %, all of them the others"
    >
      p50 {format(spread.p50)} · p95 {format(spread.p95)} · p99 {format(spread.p99)} · max{' '}
      {format(spread.max)}
    </p>
  );
}
