import { useState } from 'preact/hooks';
import type { PanelData } from '../data/panelData.ts';
import { useRemembered } from '../ui/useRemembered.ts';
import { ReplaySettingsFields } from './ReplaySettingsFields.tsx';
import type { ReplayStore } from './replayStore.ts';
import { StreamsToPlay } from './StreamsToPlay.tsx';
import type { ReplaySettings } from './startReplay.ts';

const DEFAULTS: ReplaySettings = { speed: 1, reconnect: 'as-recorded', loop: false, faults: '' };

export interface ReplayChoiceProps {
  data: PanelData;
  replay: ReplayStore;
  /** The panel belongs to a tab, whose requests can be redirected. */
  hasTab: boolean;
}

/** What is played, and how. */
export function ReplayChoice({ data, replay, hasTab }: ReplayChoiceProps) {
  const [settings, setSettings] = useRemembered('replay.settings', DEFAULTS);
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const [starting, setStarting] = useState(false);
  const session = data.session.value;
  // What is no request cannot be sent elsewhere: `blob:` and `data:` addresses.
  const streams = data.streams.value.filter(
    ({ url, bytes, events }) => /^https?:/i.test(url) && (bytes > 0 || events > 0),
  );
  const chosen = streams.filter(({ id }) => !leftOut.includes(id));

  async function start(): Promise<void> {
    if (!session) return;
    setStarting(true);
    // The page begins a new session when it is loaded again; this one stays on show.
    data.pickSession(session.id);
    await replay.start(session, chosen, settings);
    setStarting(false);
  }

  return (
    <>
      <StreamsToPlay
        streams={streams}
        leftOut={leftOut}
        choose={(stream, played) =>
          setLeftOut(played ? leftOut.filter((id) => id !== stream) : [...leftOut, stream])
        }
      />
      <ReplaySettingsFields settings={settings} set={(more) => setSettings({ ...settings, ...more })} />
      {hasTab ? (
        <button
          type="button"
          class="primary"
          data-action="replay"
          disabled={!session || chosen.length === 0 || starting}
          onClick={() => void start()}
        >
          {starting ? 'Sending …' : 'Reload the page and replay'}
        </button>
      ) : (
        <p>Open DevTools on a page: its requests are what is redirected.</p>
      )}
    </>
  );
}
