import { SERVE_COMMAND } from '../../shared/replay/serveCommand.ts';
import { copyText } from '../ui/copyText.ts';
import { useRemembered } from '../ui/useRemembered.ts';
import type { ReplayStore } from './replayStore.ts';

/** The mock server: where it is, and how to start it when it is not there. */
export function MockConnection({ replay }: { replay: ReplayStore }) {
  const [address, setAddress] = useRemembered('replay.address', 'http://127.0.0.1:4747');
  const [token, setToken] = useRemembered('replay.token', '');
  const link = replay.link.value;
  if (link.state === 'connected') {
    return (
      <div class="page-bar">
        <span>
          Connected to <b>{address}</b>
        </span>
        <button type="button" class="text-button" onClick={() => replay.disconnect()}>
          Disconnect
        </button>
      </div>
    );
  }
  return (
    <form
      class="replay-form"
      onSubmit={(event) => {
        event.preventDefault();
        replay.connect(address, token);
      }}
    >
      <p>
        A mock server on this machine plays the recording to the page, which stays as it is. Start it in a
        terminal, in the folder with the source of SSE Scope (after <code>npm run build:node</code>), and copy
        what it prints:
      </p>
      <p class="page-bar">
        <code>{SERVE_COMMAND}</code>
        <button type="button" class="text-button" onClick={() => void copyText(SERVE_COMMAND)}>
          Copy
        </button>
      </p>
      <div class="replay-fields">
        <label>
          Address
          <input
            data-field="address"
            value={address}
            spellcheck={false}
            onInput={(event) => setAddress(event.currentTarget.value.trim())}
          />
        </label>
        <label>
          Token
          <input
            data-field="token"
            value={token}
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => setToken(event.currentTarget.value.trim())}
          />
        </label>
        <button type="submit" class="primary" disabled={link.state === 'connecting' || token === ''}>
          {link.state === 'connecting' ? 'Connecting …' : 'Connect'}
        </button>
      </div>
      {link.state === 'problem' && (
        <p class="head-error" role="alert">
          {link.problem}
        </p>
      )}
    </form>
  );
}
