import type { PanelStore } from '../panelStore.ts';
import { unseenText } from '../state/unseen.ts';

/** What the page tap cannot see, and the switch that shows it; or why that is not on. */
export function WireNotice({ store }: { store: PanelStore }) {
  const status = store.status.value;
  if (!status || status.wire.always || store.pickedSession.value) return null;
  const { wire } = status;
  const unseen = wire.on ? '' : unseenText(store.unseen.value);
  if (!wire.problem && !unseen) return null;
  return (
    <div class="notice" role="status">
      <span>
        {wire.problem} {unseen}
      </span>
      <button type="button" class="text-button" onClick={() => store.send({ type: 'SetWireTap', on: true })}>
        {wire.problem ? 'Switch on again' : 'Read the wire'}
      </button>
    </div>
  );
}
