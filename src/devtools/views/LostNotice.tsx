import { formatCount } from '../../shared/session/format.ts';
import type { PanelStore } from '../panelStore.ts';

/** What a person must know about the recording as a whole, above everything else. */
export function LostNotice({ store, gone }: { store: PanelStore; gone: boolean }) {
  const problem = store.status.value?.storageProblem ?? '';
  const lost = store.session.value?.lost ?? 0;
  const partly = store.marks.value.filter((mark) => mark.kind === 'lost' && mark.detail.startsWith('0 '));
  return (
    <div class="notices" role="status">
      {gone && store.streams.value.length > 0 && (
        <p class="notice bad">
          The extension was reloaded. Close DevTools, open them again, and reload the page to go on recording.
        </p>
      )}
      {problem && (
        <p class="notice bad" data-notice="storage">
          Recording stopped: {problem} What was written before is safe. Delete sessions to make room;
          recording can go on then.
        </p>
      )}
      {!problem && store.recovered.value && (
        <p class="notice" data-notice="recovered">
          Recording goes on: the storage takes data again. What came while it had stopped is missing.{' '}
          <button
            type="button"
            class="text-button"
            onClick={() => {
              store.recovered.value = false;
            }}
          >
            Close
          </button>
        </p>
      )}
      {store.readProblem.value && (
        <p class="notice bad" data-notice="reading">
          The recordings cannot be read at the moment: {store.readProblem.value} It is tried again.
        </p>
      )}
      {lost > 0 && (
        <p class="notice bad">
          {formatCount(lost)} events or chunks of this session were lost: they came faster than they could be
          written.
        </p>
      )}
      {partly.length > 0 && (
        <p class="notice">
          {partly.some((mark) => mark.detail.includes('preventCancel'))
            ? 'A stream is piped with preventCancel: its bytes cannot be seen without changing what the page does.'
            : 'A response was read as a blob, document or JSON by XMLHttpRequest: its bytes cannot be seen.'}
        </p>
      )}
    </div>
  );
}
