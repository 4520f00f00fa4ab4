import type { PanelData } from '../../data/panelData.ts';
import { unseenText } from './unseen.ts';
import type { UnseenStore } from './unseenStore.ts';

/** What the page tap cannot see, and the switch that shows it; or why that is not on. */
export function WireNotice({ data, unseen: log }: { data: PanelData; unseen: UnseenStore }) {
  const status = data.link.status.value;
  if (!status || status.wire.always || data.pickedSession.value) return null;
  const { wire } = status;
  const unseen = wire.on ? '' : unseenText(log.unseen.value);
  if (!wire.problem && !unseen) return null;
  return (
    <div class="notice" role="status">
      <span>
        {wire.problem} {unseen}
      </span>
      <button
        type="button"
        class="text-button"
        onClick={() => data.link.send({ type: 'SetWireTap', on: true })}
      >
        {wire.problem ? 'Switch on again' : 'Read the wire'}
      </button>
    </div>
  );
}
