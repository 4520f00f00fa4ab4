import type { TabStatus } from '../../shared/protocol/panelLink.ts';
import { sayError } from '../../shared/text/sayError.ts';
import { formatCount } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import { streamStateText } from '../streams/streamText.ts';

function fidelityTitle(wire: TabStatus['wire'] | undefined): string {
  const what =
    'The page sees only dispatched events of an EventSource: comments and retry fields are not in this recording, nor events of types that nobody listens to.';
  if (wire?.always || wire?.on) {
    return `${what} The connection was made before its bytes could be read: reload the page to see them.`;
  }
  return `${what} Switch the wire on, and reload the page, to see them.`;
}

/** One line about the chosen stream: what it is, how it stands, and what cannot be seen of it. */
export function StreamHead({ data }: { data: PanelData }) {
  const stream = data.stream.value;
  if (!stream) return null;
  const state = streamStateText(stream, data.session.value?.endedAt !== undefined);
  const exchange = data.exchanges.value.at(-1);
  const status = exchange?.status;
  const fidelity = data.exchanges.value.some((one) => one.fidelity === 'events' && one.bytes > 0);
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
      {data.reading.value && (
        <span class="badge" data-badge="reading" title="Its earlier connections are still being read">
          reading …
        </span>
      )}
      {stream.openedBeforeRecording && (
        <span
          class="badge warn"
          title="What came before is not known. Reload the page to see it from the start."
        >
          opened before recording
        </span>
      )}
      {stream.frame === 'worker' && (
        <span class="badge" title="Known from the wire alone: what its script listens to is not seen.">
          in a worker
        </span>
      )}
      {fidelity && (
        <span class="badge" title={fidelityTitle(data.link.status.value?.wire)}>
          events only
        </span>
      )}
      {exchange?.timesFrom && (
        <span
          class="badge warn"
          title={
            exchange.timesFrom === 'events'
              ? 'The file tells when each event came, and not when its bytes did: comments have the time of the next event.'
              : 'The file does not tell when anything came: the times are spread evenly.'
          }
        >
          {exchange.timesFrom === 'events' ? 'times of events' : 'times estimated'}
        </span>
      )}
      {exchange?.error && <span class="head-error">{sayError(exchange.error)}</span>}
    </div>
  );
}
