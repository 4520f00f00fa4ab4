import type { Mark } from '../../shared/session/types.ts';
import { formatCount, formatTime, shortUrl } from '../../shared/text/units/format.ts';
import type { Lane } from './model/lane.ts';
import { markText } from './model/markText.ts';
import { latestTroubles } from './model/troubles.ts';

/** Of each lane the last ones are told. */
const MOST = 20;

/** The timeline in words, for those who do not see it. */
export function LaneText({
  lanes,
  marks,
  now,
}: {
  lanes: readonly Lane[];
  marks: readonly Mark[];
  now: number;
}) {
  return (
    <div class="sr-only" id="lane-text">
      <ul>
        {lanes.map((lane) => {
          const { streams } = lane;
          const last = streams.at(-1)!;
          const wrong = latestTroubles(lane, MOST, now);
          const entries = streams.reduce((sum, one) => sum + one.entries, 0);
          return (
            <li key={streams[0]!.id}>
              {shortUrl(last.url, last.documentUrl)}: {last.state}, {formatCount(entries)} entries,{' '}
              {wrong.length === 0
                ? 'nothing went wrong'
                : wrong.map(({ from, text }) => `${text} at ${formatTime(from)}`).join('; ')}
              .
            </li>
          );
        })}
        {marks.slice(-MOST).map((mark, i) => (
          <li key={i}>
            {markText(mark)}, {formatTime(mark.at)}.
          </li>
        ))}
      </ul>
    </div>
  );
}
