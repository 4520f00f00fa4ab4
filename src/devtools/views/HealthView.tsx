import { useEffect, useState } from 'preact/hooks';
import type { PanelStore } from '../panelStore.ts';
import type { HealthReport } from '../reading/readHealth.ts';
import { formatCount, formatDuration, formatTime } from '../state/format.ts';
import {
  backOffText,
  CAUSE_TEXTS,
  findingText,
  gapLength,
  heartbeatName,
  lossText,
} from '../state/healthText.ts';

/** How the chosen stream is: what was found, its gaps, its heartbeat, how its bytes came. */
export function HealthView({ store }: { store: PanelStore }) {
  const [report, setReport] = useState<HealthReport | undefined>(undefined);
  const stream = store.stream.value;
  const version = store.streams.value;

  useEffect(() => {
    const abort = new AbortController();
    store
      .readHealth(abort.signal)
      .then((read) => read && setReport(read))
      .catch(() => {});
    return () => abort.abort();
  }, [stream?.id, version, store]);

  if (!report || !stream) return <div class="page" />;
  const now = Date.now();
  const { gaps, heartbeat, arrival, findings, backOff } = report;
  const group = store.logical.value;
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
      {findings.length === 0 && <p class="fine">Nothing was found wrong.</p>}
      {findings.map((finding) => {
        const { title, text, fix } = findingText(finding);
        return (
          <section key={finding.kind} class="finding" data-finding={finding.kind}>
            <h3>{title}</h3>
            <p>{text}</p>
            <p>
              <b>What helps:</b> {fix}
            </p>
          </section>
        );
      })}

      <h2>
        Gaps <span class="count">{gaps.length}</span>
      </h2>
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
                    {formatDuration(gapLength(gap, now))}
                    {gap.to === undefined && ' so far'}
                  </td>
                  <td title={CAUSE_TEXTS[gap.cause]}>
                    {gap.cause}
                    {gap.detail && `: ${gap.detail}`}
                  </td>
                  <td>
                    {gap.attempts.map((attempt) => (
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
      {backOff && <p>Waits between attempts: {backOffText(backOff)}.</p>}

      <h2>Heartbeat</h2>
      {heartbeat ? (
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
      ) : (
        <p>
          None was recognised.{' '}
          {stream.transport === 'EventSource' && !store.exchanges.value.some((one) => one.wire)
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
