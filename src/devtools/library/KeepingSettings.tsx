import type { Keeping, PanelToBackground } from '../../shared/protocol/panelLink.ts';
import { formatBytes } from '../../shared/text/units/format.ts';

/** Bytes. */
const BUDGETS = [256 << 20, 1 << 30, 4 * 2 ** 30, 16 * 2 ** 30];

export interface KeepingSettingsProps {
  keeping: Keeping;
  send(command: PanelToBackground): void;
}

/** How much is kept, what happens when that is full, and when recording begins. */
export function KeepingSettings({ keeping, send }: KeepingSettingsProps) {
  return (
    <>
      <label title="The oldest sessions go until the rest has room; pinned ones stay">
        of at most{' '}
        <select
          data-action="budget"
          value={keeping.budget}
          onChange={(event) => send({ type: 'SetBudget', bytes: Number(event.currentTarget.value) })}
        >
          {[...new Set([...BUDGETS, keeping.budget])]
            .sort((a, b) => a - b)
            .map((budget) => (
              <option key={budget} value={budget}>
                {formatBytes(budget)}
              </option>
            ))}
        </select>
      </label>
      <label title="What happens when the session that is being recorded, and pinned ones, fill this by themselves">
        when full{' '}
        <select
          data-action="when-full"
          value={keeping.whenFull}
          onChange={(event) => {
            const whenFull = event.currentTarget.value === 'dropOldest' ? 'dropOldest' : 'stop';
            send({ type: 'SetWhenFull', whenFull });
          }}
        >
          <option value="stop">stop recording</option>
          <option value="dropOldest">remove its oldest streams</option>
        </select>
      </label>
      <label class="check" title="Otherwise a tab is recorded when you press Record, or the toolbar button">
        <input
          type="checkbox"
          data-action="record-on-open"
          checked={keeping.recordOnOpen}
          onChange={(event) => send({ type: 'SetRecordOnOpen', on: event.currentTarget.checked })}
        />
        Record when DevTools open
      </label>
    </>
  );
}
