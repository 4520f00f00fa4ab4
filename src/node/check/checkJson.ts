import { sayFinding } from '../../shared/text/sayFinding.ts';
import type { CheckReport } from './checkUrl.ts';
import { clientsOf } from './clients.ts';
import { observationsOf } from './observations.ts';
import type { Probe } from './probe.ts';

/** A report as `check --json` has it: docs/check.schema.json. */
export function checkJson(report: CheckReport): unknown {
  const { url, first, withId, without, http2, resumed, retry, diagnosis } = report;
  const { findings, notLookedAt, passed, software } = diagnosis;
  return {
    url,
    connections: {
      first: connectionJson(first),
      withLastEventId: withId ? connectionJson(withId) : null,
      withoutLastEventId: without ? connectionJson(without) : null,
      http2: typeof http2 === 'string' ? http2 : connectionJson(http2),
    },
    resumed,
    retry: retry ?? null,
    observations: observationsOf(report),
    clients: clientsOf(report),
    findings: findings.map((finding) => ({ ...finding, ...sayFinding(finding, software) })),
    notLookedAt,
    passed,
    software,
  };
}

function connectionJson({ connection: { exchange, columns }, failure, tls }: Probe): unknown {
  const { status, startedAt, respondedAt, endedAt, http, end } = exchange;
  const { events, comments, bytes, firstChunk, firstEventAt, firstId, lastId } = columns.all;
  const since = (at: number | undefined) => (at === undefined ? null : at - startedAt);
  return {
    status: status ?? null,
    protocol: http!.protocol,
    tls,
    remoteAddress: http!.remoteAddress,
    redirects: http!.redirects.map(({ status, to }) => ({ status, to })),
    end,
    failure,
    respondedMs: since(respondedAt),
    firstByteMs: since(firstChunk?.time),
    firstEventMs: since(firstEventAt),
    ms: since(endedAt),
    events,
    comments,
    bytes,
    firstId,
    lastId,
  };
}
