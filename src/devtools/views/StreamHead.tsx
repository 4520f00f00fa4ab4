import type { PanelStore } from '../panelStore.ts';
import { formatCount } from '../state/format.ts';
import { streamStateText } from '../state/streamText.ts';

/** One line about the chosen stream: what it is, how it stands, and what cannot be seen of it. */
export function StreamHead({ store }: { store: PanelStore }) {
  const stream = store.stream.value;
  if (!stream) return null;
  const state = streamStateText(stream, store.session.value?.endedAt !== undefined);
  const exchange = store.exchanges.value.at(-1);
  const status = exchange?.status;
  const fidelity = store.exchanges.value.some((one) => one.fidelity === 'events' && one.bytes > 0);
  return (
    <div class="stream-head">
      <span class={`badge ${state.tone}`}>{state.text}</span>
      <span
        class="head-url"
        title={stream.stack ? `Opened by\n${stream.stack.replace(/^Error\n/, '')}` : stream.url}
      >
        {stream.method} {stream.url}
      </span>
      {status !== undefined && <span class="badge">{status}</span>}
      {stream.exchanges > 1 && <span class="badge">{formatCount(stream.exchanges)} connections</span>}
      {stream.openedBeforeRecording && (
        <span
          class="badge warn"
          title="What came before is not known. Reload the page to see it from the start."
        >
          opened before recording
        </span>
      )}
      {fidelity && (
        <span
          class="badge"
          title="A page sees only dispatched events of an EventSource: comments, retry fields, status and headers are not in this recording, nor events of types that nobody listens to."
        >
          events only
        </span>
      )}
      {exchange?.error && <span class="head-error">{exchange.error}</span>}
    </div>
  );
}
