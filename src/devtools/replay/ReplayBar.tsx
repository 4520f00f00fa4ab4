import { formatDuration } from '../../shared/text/units/format.ts';
import type { MockStatus } from './mockClient.ts';
import type { ReplayStore } from './replayStore.ts';
import { SPEEDS, speedOf } from './speeds.ts';

export interface ReplayBarProps {
  replay: ReplayStore;
  status: MockStatus;
  /** Where playing is, and how long the longest stream is, ms. */
  position: number;
  longest: number;
}

/** Pause, step, speed, seek and stop of a replay under way. */
export function ReplayBar({ replay, status, position, longest }: ReplayBarProps) {
  return (
    <div class="page-bar" role="toolbar" aria-label="Replay">
      <button
        type="button"
        class="text-button"
        data-action="pause"
        onClick={() => void replay.control('POST', status.paused ? '/resume' : '/pause')}
      >
        {status.paused ? 'Go on' : 'Pause'}
      </button>
      <button
        type="button"
        class="text-button"
        data-action="step"
        title="Send the next event, and hold"
        onClick={() => void replay.control('POST', '/step')}
      >
        Step
      </button>
      <label>
        Speed{' '}
        <select
          value={String(status.speed)}
          onChange={(event) =>
            void replay.control('POST', '/speed', { speed: speedOf(event.currentTarget.value) })
          }
        >
          {[...new Set([...SPEEDS, status.speed])].map((speed) => (
            <option key={speed} value={String(speed)}>
              {speed === 'max' ? 'max' : `${speed} ×`}
            </option>
          ))}
        </select>
      </label>
      <label class="seek">
        <input
          type="range"
          min={0}
          max={Math.ceil(longest)}
          value={position}
          aria-label="Where playing is"
          onChange={(event) =>
            void replay.control('POST', '/seek', { ms: Number(event.currentTarget.value) })
          }
        />
        {formatDuration(position)} of {formatDuration(longest)}
      </label>
      <button type="button" class="primary" data-action="stop-replay" onClick={() => void replay.stop()}>
        Stop and undo
      </button>
    </div>
  );
}
