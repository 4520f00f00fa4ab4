import type { Mark } from '../../../shared/session/types.ts';
import { formatCount } from '../../../shared/text/units/format.ts';
import type { PanelData } from '../../data/panelData.ts';

const REASONS: Record<string, string> = {
  budget: 'the oldest streams were removed to make room',
  failed: 'a report of the page could not be written',
  outbox: 'they came faster than they could be written',
  refused: 'the page reported what no browser does',
  storage: 'the storage took nothing for too long',
  waiting: 'they came faster than they could be written',
  wire: 'the wire of a worker’s stream was lost',
};

/** Why something was lost, each reason once. */
function reasonsOf(marks: readonly Mark[]): string {
  const codes = marks.filter(({ kind }) => kind === 'lost').map(({ detail }) => detail.split(' ')[1] ?? '');
  const reasons = new Set(codes.flatMap((code) => REASONS[code] ?? []));
  return reasons.size > 0 ? [...reasons].join('; ') : 'they came faster than they could be written';
}

/** What a person must know about the recording as a whole, above everything else. */
export function LostNotice({ data, gone }: { data: PanelData; gone: boolean }) {
  const problem = data.link.status.value?.storageProblem ?? '';
  const lost = data.session.value?.lost ?? 0;
  const partly = data.marks.value.filter((mark) => mark.kind === 'lost' && mark.detail.startsWith('0 '));
  return (
    <div class="notices" role="status">
      {gone && data.streams.value.length > 0 && (
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
      {!problem && data.link.recovered.value && (
        <p class="notice" data-notice="recovered">
          Recording goes on: the storage takes data again. What could not be kept in the meantime is counted
          as lost.{' '}
          <button
            type="button"
            class="text-button"
            onClick={() => {
              data.link.forgetRecovery();
            }}
          >
            Close
          </button>
        </p>
      )}
      {data.readProblem.value && (
        <p class="notice bad" data-notice="reading">
          The recordings cannot be read at the moment: {data.readProblem.value} It is tried again.
        </p>
      )}
      {lost > 0 && (
        <p class="notice bad">
          {formatCount(lost)} events or chunks of this session were lost: {reasonsOf(data.marks.value)}.
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
