import { diagnoseFacts } from '../../diagnosis/diagnose.ts';
import type { Finding } from '../../diagnosis/model/finding.ts';
import type { StreamFacts } from '../../diagnosis/model/streamFacts.ts';
import type { Redactor } from '../../file/source/redact.ts';
import type { Exchange } from '../../session/types.ts';
import type { RowOf } from '../schema/column.ts';
import type { FINDINGS } from '../schema/findingsTable.ts';
import type { GAPS } from '../schema/gapsTable.ts';
import { moment, momentOrNull } from './moment.ts';
import { placed, type StreamPlace } from './streamPlace.ts';

/**
 * Rows of the times without a connection that delivers.
 *
 * @param idOf - the id of a connection, as the tables have it
 */
export function gapRows(
  facts: StreamFacts,
  placeOf: (exchange: Exchange) => StreamPlace,
  idOf: (exchange: Exchange) => string,
  redactor: Redactor,
): RowOf<typeof GAPS>[] {
  return facts.gaps().map((gap) => {
    const [first] = gap.attempts;
    return {
      ...placed(placeOf(gap.before), gap.from),
      exchange: idOf(gap.before),
      next_exchange: gap.after ? idOf(gap.after) : null,
      from_at: moment(gap.from),
      to_at: momentOrNull(gap.to),
      gap_ms: gap.to === undefined ? null : facts.between(gap.from, gap.to),
      cause: gap.cause,
      detail: redactor.text(gap.detail),
      attempts: gap.attempts.length,
      waited_ms: first?.waited ?? null,
      expected_ms: first?.expected ?? null,
      id_before: gap.idBefore,
      id_sent: gap.idSent ?? null,
      id_after: gap.idAfter,
      lost: gap.lost === 'not provable' ? null : gap.lost,
      repeated: gap.repeated === 'not provable' ? null : gap.repeated,
    };
  });
}

/** Rows of what is not well with a logical stream. */
export function findingRows(
  facts: StreamFacts,
  place: StreamPlace,
  redactor: Redactor,
  keepsData: boolean,
): RowOf<typeof FINDINGS>[] {
  const at = facts.streams[0]!.openedAt;
  return diagnoseFacts(facts).findings.map((finding, i) => ({
    ...placed(place, at),
    number: i + 1,
    opened_at: moment(at),
    code: finding.code,
    severity: finding.severity,
    certain: finding.certain,
    parameters: parametersOf(finding, redactor, keepsData),
  }));
}

/** Text in them may be an address with a secret in it, or the data of an event. */
function parametersOf({ code, parameters }: Finding, redactor: Redactor, keepsData: boolean): string {
  return JSON.stringify(parameters, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (!keepsData && code === 'errorInStream' && key === 'message') return undefined;
    return redactor.text(value);
  });
}
