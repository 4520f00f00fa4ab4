import type { Stream } from '../../shared/session/types.ts';
import { formatBytes, formatCount } from '../../shared/text/units/format.ts';

export interface StreamsToPlayProps {
  streams: readonly Stream[];
  /** The streams that are not played, by their IDs. */
  leftOut: readonly string[];
  choose(stream: string, played: boolean): void;
}

/** The streams of the session that can be played, each with a check box. */
export function StreamsToPlay({ streams, leftOut, choose }: StreamsToPlayProps) {
  return (
    <>
      <h2>Streams to play</h2>
      <ul class="replay-streams">
        {streams.map((stream) => (
          <li key={stream.id}>
            <label class="check">
              <input
                type="checkbox"
                checked={!leftOut.includes(stream.id)}
                onChange={(event) => choose(stream.id, event.currentTarget.checked)}
              />
              <span class="address" title={stream.url}>
                {stream.method} {stream.url}
              </span>
              <span class="much">
                {formatCount(stream.events)} events, {formatBytes(stream.bytes)}
                {stream.exchanges > 1 && `, ${stream.exchanges} connections`}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </>
  );
}
