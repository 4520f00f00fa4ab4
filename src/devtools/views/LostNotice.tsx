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
      {problem && <p class="notice bad">Recording has stopped: {problem} What was written before is safe.</p>}
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
