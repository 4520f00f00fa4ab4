import { useEffect, useRef, useState } from 'preact/hooks';
import { sayError } from '../../shared/text/sayError.ts';
import { formatCount, formatDuration, formatTime } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { HealthReport } from '../query/healthReader.ts';
import { markText } from '../timeline/model/markText.ts';
import type { TimelineStore } from '../timeline/timelineStore.ts';
import { Plot } from '../ui/Plot.tsx';
import { Findings } from './Findings.tsx';
import { backOffText, CAUSE_TEXTS, gapLength, heartbeatName, lossText } from './healthText.ts';
import { readHealth } from './readHealth.ts';

/** Health is read again at most this often, ms. */
const LEAST_PAUSE = 250;
/** Attempts of one gap, and jumps of the clock, that are told one by one: the last ones. */
const MOST_SHOWN = 20;
/** Points of a plot, the last ones. */
const MOST_PLOTTED = 300;

/** How the chosen stream is: what was found, its gaps, its heartbeat, how its bytes came. */
export interface HealthViewProps {
  data: PanelData;
  timeline: TimelineStore;
  browserName: 'chromium' | 'firefox';
}

export function HealthView({ data, timeline, browserName }: HealthViewProps) {
  const [report, setReport] = useState<HealthReport | undefined>(undefined);
  const stream = data.stream.value;
  const version = data.streams.value;
  // Silence grows while nothing arrives: it is judged again with the clock.
  const now = timeline.end.value;

  // Reading takes as long as there is much to read: the next time comes later the longer it took.
  const pace = useRef({ busy: false, stale: false, stream: '', abort: new AbortController() });
  useEffect(() => {
    const state = pace.current;
    const other = state.stream !== stream?.id;
    state.stream = stream?.id ?? '';
    if (state.busy && !other) {
      state.stale = true;
      return;
    }
    state.abort.abort();
    const abort = new AbortController();
    state.abort = abort;
    void (async () => {
      state.busy = true;
      do {
        state.stale = false;
        const begun = performance.now();
        const read = await readHealth(data, browserName, timeline.end.peek(), abort.signal).catch(
          () => undefined,
        );
        if (abort.signal.aborted) return;
        if (read) setReport(read);
        const took = performance.now() - begun;
        await new Promise((resolve) => setTimeout(resolve, Math.max(LEAST_PAUSE, took * 10)));
        if (abort.signal.aborted) return;
      } while (state.stale);
      state.busy = false;
    })();
  }, [stream?.id, version, now, data, timeline, browserName]);
  useEffect(
    () => () => {
      pace.current.abort.abort();
    },
    [],
  );

  if (!report || !stream) return <div class="page" />;
  const { gaps, heartbeat, arrival, diagnosis, backOff } = report;
  const group = data.logical.value;
  const clockMarks = data.marks.value.filter(({ kind }) => kind === 'clock').slice(-MOST_SHOWN);
  const attempts = gaps.flatMap((gap) => gap.attempts).slice(-MOST_PLOTTED);
  const beats = (heartbeat?.times ?? []).slice(-MOST_PLOTTED);
  return (
    <div class="page" role="tabpanel" tabIndex={0} aria-label="Health">
      {group.length > 1 && (
        <p class="note">
          {group.length} streams that were opened one after the other for the same purpose, taken as one.
        </p>
      )}
      {report.looked < report.connections && (
        <p class="note">
          The last {formatCount(report.looked)} of {formatCount(report.connections)} connections.
        </p>
      )}
      <h2>Findings</h2>
      <Findings diagnosis={diagnosis} />

      <h2>
        Gaps <span class="count">{formatCount(report.gapCount)}</span>
      </h2>
      {report.gapCount > gaps.length && <p class="note">The last {formatCount(gaps.length)} of them.</p>}
      {clockMarks.map((mark) => (
        <p key={mark.at} class="note">
          {markText(mark)} (until {formatTime(mark.at)}): this is counted as no time.
        </p>
      ))}
      {gaps.length === 0 && <p class="fine">No time without a connection.</p>}
      {gaps.length > 0 && (
        <div class="scroll-x">
          <table class="facts gaps">
            <thead>
              <tr>
                <th title="Last byte before the gap">From</th>
                <th title="From the last byte to the first byte after">Length</th>
                <th>Cause</th>
                <th title="Requests made to come back, and how long each waited">Attempts</th>
                <th title="Last event ID before, as sent, and of the first event after">IDs</th>
                <th title="Proven by IDs that count up by one">Events</th>
              </tr>
            </thead>
            <tbody>
              {gaps.map((gap) => (
                <tr key={gap.from}>
                  <td class="time">{formatTime(gap.from)}</td>
                  <td class="number">
                    {formatDuration(gapLength(gap, now, timeline.jumps.value))}
                    {gap.to === undefined && ' so far'}
                  </td>
                  <td title={CAUSE_TEXTS[gap.cause]}>
                    {gap.cause}
                    {gap.detail && `: ${sayError(gap.detail)}`}
                  </td>
                  <td>
                    {gap.attemptCount > MOST_SHOWN && (
                      <div>{formatCount(gap.attemptCount - MOST_SHOWN)} attempts, then</div>
                    )}
                    {gap.attempts.slice(-MOST_SHOWN).map((attempt) => (
                      <div key={attempt.exchange}>
                        {formatDuration(attempt.waited)}
                        {attempt.expected !== undefined && ` (expected ${formatDuration(attempt.expected)})`}{' '}
                        → {attempt.outcome}
                      </div>
                    ))}
                  </td>
                  <td class="mono">
                    {gap.idBefore || '–'} → {gap.idSent === undefined ? '?' : gap.idSent || '–'} →{' '}
                    {gap.idAfter || '–'}
                  </td>
                  <td>{lossText(gap)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {attempts.length > 2 && (
        <Plot
          label="Wait before each attempt, and the expected one"
          xs={attempts.map((_, i) => i + 1)}
          series={[
            {
              label: 'waited',
              values: attempts.map(({ waited }) => waited / 1000),
              points: true,
              tone: 'accent',
            },
            {
              label: 'expected',
              values: attempts.map(({ expected }) => (expected === undefined ? null : expected / 1000)),
              tone: 'waiting',
            },
          ]}
          unit=" s"
        />
      )}
      {backOff && <p>Waits between attempts: {backOffText(backOff)}.</p>}

      <h2>Heartbeat</h2>
      {heartbeat ? (
        <>
          <dl class="facts">
            <dt>By</dt>
            <dd>
              {heartbeatName(heartbeat)}, {formatCount(heartbeat.beats)} beats
            </dd>
            <dt title="Median of the time between two beats">Period</dt>
            <dd>{formatDuration(heartbeat.period)}</dd>
            <dt title="1.4826 × median absolute deviation of that time">Jitter</dt>
            <dd>±{formatDuration(heartbeat.jitter)}</dd>
            <dt>Missed</dt>
            <dd>
              {formatCount(heartbeat.missed.length)}
              {heartbeat.missed.length > 0 && `, the last one due at ${formatTime(heartbeat.missed.at(-1)!)}`}
            </dd>
            <dt>Last one</dt>
            <dd>
              {formatTime(heartbeat.lastAt)}
              {stream.state === 'open' && `, ${formatDuration(now - heartbeat.lastAt)} ago`}
            </dd>
            <dt title="An idle time-out must be longer than the period with its jitter and one missed beat">
              Survives
            </dt>
            <dd>idle time-outs over {formatDuration(2 * heartbeat.period + 3 * heartbeat.jitter)}</dd>
          </dl>
          {beats.length > 3 && (
            <Plot
              label={`Time between beats, one after the other; ${heartbeat.missed.length} missed`}
              xs={beats.slice(1).map((at) => at / 1000)}
              series={[
                {
                  label: 'since the beat before',
                  values: beats.slice(1).map((at, i) => (at - beats[i]!) / 1000),
                  points: true,
                },
                {
                  label: 'period',
                  values: beats.slice(1).map(() => heartbeat.period / 1000),
                  tone: 'waiting',
                },
              ]}
              time
              unit=" s"
            />
          )}
        </>
      ) : (
        <p>
          None was recognised.{' '}
          {stream.transport === 'EventSource' && report.commentsUnseen
            ? 'Comments cannot be seen without the wire.'
            : 'Proxies cut connections that are silent, often after 60 s.'}
        </p>
      )}

      <h2>Arrival</h2>
      {arrival ? (
        <dl class="facts">
          <dt title="From the request to the first byte of the body">First byte</dt>
          <dd>{length(arrival.values.firstByte)}</dd>
          <dt title="From the request to the first event">First event</dt>
          <dd>{length(arrival.values.firstEvent)}</dd>
          <dt title="Time between events that follow each other: half of them are closer, 95 %, 99 %, all">
            Between events
          </dt>
          <dd>
            {Number.isNaN(arrival.values.between.max)
              ? 'fewer than two events'
              : `p50 ${length(arrival.values.between.p50)} · p95 ${length(arrival.values.between.p95)} · p99 ${length(arrival.values.between.p99)} · max ${length(arrival.values.between.max)}`}
          </dd>
          <dt title="Longest time without a byte">Longest silence</dt>
          <dd>{length(arrival.values.longestSilence)}</dd>
        </dl>
      ) : (
        <p>Nothing has arrived.</p>
      )}
    </div>
  );
}

function length(ms: number | undefined): string {
  return ms === undefined || Number.isNaN(ms) ? '–' : formatDuration(ms);
}
