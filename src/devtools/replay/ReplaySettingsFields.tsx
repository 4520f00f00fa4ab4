import { SPEEDS, speedOf } from './speeds.ts';
import type { ReplaySettings } from './startReplay.ts';

export interface ReplaySettingsFieldsProps {
  settings: ReplaySettings;
  set(more: Partial<ReplaySettings>): void;
}

/** How it is played: speed, reconnections, what goes wrong on purpose. */
export function ReplaySettingsFields({ settings, set }: ReplaySettingsFieldsProps) {
  return (
    <>
      <div class="replay-fields">
        <label>
          Speed
          <select
            data-field="speed"
            value={String(settings.speed)}
            onChange={(event) => set({ speed: speedOf(event.currentTarget.value) })}
          >
            {SPEEDS.map((speed) => (
              <option key={speed} value={String(speed)}>
                {speed === 'max' ? 'as fast as it goes' : `${speed} ×`}
              </option>
            ))}
          </select>
        </label>
        <label>
          Reconnections
          <select
            value={settings.reconnect}
            onChange={(event) => set({ reconnect: event.currentTarget.value as ReplaySettings['reconnect'] })}
          >
            <option value="as-recorded">as recorded</option>
            <option value="resume">after Last-Event-ID</option>
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={settings.loop}
            onChange={(event) => set({ loop: event.currentTarget.checked })}
          />
          Over and over
        </label>
      </div>
      <label class="masks-label">
        What goes wrong on purpose, one a line
        <textarea
          class="masks"
          data-field="faults"
          rows={2}
          spellcheck={false}
          placeholder={'drop:events=10\nstall:ms=2000,forMs=5000'}
          value={settings.faults}
          onInput={(event) => set({ faults: event.currentTarget.value })}
        />
      </label>
    </>
  );
}
