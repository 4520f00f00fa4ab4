import { useState } from 'preact/hooks';
import type { ReplayStore } from './replayStore.ts';

/** A form that sends an event by hand to all who are being served. */
export function SendEvent({ replay }: { replay: ReplayStore }) {
  const [type, setType] = useState('');
  const [data, setData] = useState('');
  return (
    <form
      class="replay-fields"
      aria-label="Send an event"
      onSubmit={(event) => {
        event.preventDefault();
        const body = { data, ...(type === '' ? {} : { event: type }) };
        void replay.control('POST', '/broadcast', body);
      }}
    >
      <label>
        Type
        <input
          data-field="type"
          value={type}
          placeholder="message"
          onInput={(event) => setType(event.currentTarget.value)}
        />
      </label>
      <label class="wide">
        Data
        <input data-field="data" value={data} onInput={(event) => setData(event.currentTarget.value)} />
      </label>
      <button type="submit" class="text-button" data-action="inject">
        Send this event
      </button>
    </form>
  );
}
