import { formatCount, formatTime, shortUrl } from '../../shared/session/format.ts';
import type { Lane } from '../state/lanes.ts';

/** Of each lane the last ones are told. */
const MOST = 20;

/** The timeline in words, for those who do not see it. */
export function LaneText({ lanes }: { lanes: readonly Lane[] }) {
  return (
    <div class="sr-only" id="lane-text">
      <ul>
        {lanes.map(({ streams, spans, points }) => {
          const last = streams.at(-1)!;
          const wrong = [
            ...spans
              .filter(({ kind }) => kind === 'gap' || kind === 'stall')
              .map(({ from, text }) => ({ at: from, text })),
            ...points.filter(({ kind }) => kind === 'error').map(({ at, text }) => ({ at, text })),
          ].sort((a, b) => a.at - b.at);
          const entries = streams.reduce((sum, one) => sum + one.entries, 0);
          return (
            <li key={streams[0]!.id}>
              {shortUrl(last.url, last.documentUrl)}: {last.state}, {formatCount(entries)} entries,{' '}
              {wrong.length === 0
                ? 'nothing went wrong'
                : wrong
                    .slice(-MOST)
                    .map(({ at, text }) => `${text} at ${formatTime(at)}`)
                    .join('; ')}
              .
            </li>
          );
        })}
      </ul>
    </div>
  );
}
