import type { Stream } from '../../shared/session/types.ts';
import type { StreamFindings } from '../query/findingsReader.ts';
import type { Condition } from '../timeline/model/condition.ts';

/** Whether a stream looks broken in the list: it failed, or is down or silent. */
export function looksBroken({ state, end }: Stream, condition: Condition | undefined): boolean {
  return condition?.tone === 'bad' || (state === 'ended' && (end === 'error' || end === 'disconnect'));
}

/**
 * Streams that look broken, and of which no finding above a note says why: they must not be called well.
 *
 * @param conditions - by the last stream of each logical stream
 */
export function unexplainedStreams(
  report: readonly StreamFindings[],
  streams: readonly Stream[],
  conditions: ReadonlyMap<string, Condition>,
): Stream[] {
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  return report.flatMap(({ streams: ids, findings }) => {
    const last = byId.get(ids.at(-1) ?? '');
    if (!last || findings.some(({ severity }) => severity !== 'note')) return [];
    return looksBroken(last, conditions.get(last.id)) ? [last] : [];
  });
}
