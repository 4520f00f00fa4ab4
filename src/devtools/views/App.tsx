import { useEffect, useState } from 'preact/hooks';
import type { PanelStore } from '../panelStore.ts';
import { Splitter } from '../ui/Splitter.tsx';
import { EntryDetail } from './EntryDetail.tsx';
import { EventTable } from './EventTable.tsx';
import { HealthView } from './HealthView.tsx';
import { HttpView } from './HttpView.tsx';
import { LostNotice } from './LostNotice.tsx';
import { Screen } from './Screen.tsx';
import { StreamHead } from './StreamHead.tsx';
import { StreamList } from './StreamList.tsx';
import { StreamTabs } from './StreamTabs.tsx';
import { Toolbar } from './Toolbar.tsx';
import { WireNotice } from './WireNotice.tsx';

export interface AppProps {
  store: PanelStore;
  /** The panel looks at a tab; without one it shows stored sessions only. */
  hasTab: boolean;
  askPermission(): void;
}

export function App({ store, hasTab, askPermission }: AppProps) {
  const situation = store.situation.value;
  // Docked at the side, the streams stand above the events.
  const narrow = useMedia('(max-width: 680px)');
  // Docked at the bottom, there is no room below the events for the detail, and much beside them.
  const low = useMedia('(max-height: 420px) and (min-width: 1000px)');
  return (
    <div class="app">
      <Toolbar store={store} hasTab={hasTab} />
      <LostNotice store={store} gone={situation === 'gone'} />
      <WireNotice store={store} />
      {situation === 'showing' || (situation === 'gone' && store.streams.value.length > 0) ? (
        <Splitter
          key={narrow ? 'narrow' : 'wide'}
          name={narrow ? 'streams (narrow)' : 'streams'}
          direction={narrow ? 'vertical' : 'horizontal'}
          initial={narrow ? 130 : 340}
          first={<StreamList store={store} />}
          second={
            <div class="stream">
              <StreamHead store={store} />
              <StreamTabs store={store} />
              {store.tab.value === 'health' && <HealthView store={store} />}
              {store.tab.value === 'http' && <HttpView store={store} />}
              {store.tab.value === 'events' && (
                <Splitter
                  key={low ? 'low' : 'high'}
                  name={low ? 'detail (low)' : 'detail'}
                  direction={low ? 'horizontal' : 'vertical'}
                  initial={low ? 420 : 260}
                  fixed="second"
                  first={<EventTable store={store} />}
                  second={store.chosen.value === undefined ? undefined : <EntryDetail store={store} />}
                />
              )}
            </div>
          }
        />
      ) : (
        <Screen situation={situation} store={store} hasTab={hasTab} askPermission={askPermission} />
      )}
    </div>
  );
}

/** Whether a media query holds now. */
function useMedia(text: string): boolean {
  const [query] = useState(() => matchMedia(text));
  const [holds, setHolds] = useState(query.matches);
  useEffect(() => {
    const onChange = () => setHolds(query.matches);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, [query]);
  return holds;
}
