import { useEffect, useState } from 'preact/hooks';
import type { PanelStore } from '../panelStore.ts';
import { appKey } from '../state/appKeys.ts';
import { Splitter } from '../ui/Splitter.tsx';
import { EntryDetail } from './EntryDetail.tsx';
import { EventTable } from './EventTable.tsx';
import { HealthView } from './HealthView.tsx';
import { Help } from './Help.tsx';
import { HttpView } from './HttpView.tsx';
import { Library } from './Library.tsx';
import { LostNotice } from './LostNotice.tsx';
import { Overview } from './Overview.tsx';
import { ReplayView } from './ReplayView.tsx';
import { Screen } from './Screen.tsx';
import { StatisticsView } from './StatisticsView.tsx';
import { StreamHead } from './StreamHead.tsx';
import { StreamList } from './StreamList.tsx';
import { StreamTabs } from './StreamTabs.tsx';
import { TimelineView } from './TimelineView.tsx';
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
  const [help, setHelp] = useState(false);
  const [library, setLibrary] = useState(false);
  const [dropped, setDropped] = useState<File | undefined>(undefined);
  const shows = situation === 'showing' || (situation === 'gone' && store.streams.value.length > 0);

  // Keys that work wherever the focus is.
  useEffect(() => {
    let commands = 0;
    function onKeyDown(event: KeyboardEvent): void {
      const inField = (event.target as HTMLElement).matches?.('input, select, textarea') ?? false;
      const command = event.defaultPrevented ? undefined : appKey(event, inField);
      if (!command || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      const own = ++commands;
      if (command === 'help') setHelp(true);
      else if (command === 'filter') focusOn('.filter');
      else if (command === 'streams') focusOn('.streams-list');
      else {
        store.tab.value = command;
        // What the keys are for now is what came on show.
        requestAnimationFrame(() => {
          if (own === commands) focusOn(command === 'events' ? '.table-body' : '.lane-canvas, .page');
        });
      }
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [store]);
  return (
    <main
      class="app"
      onDragOver={(event) => {
        // Without it the browser would leave the panel for the file.
        if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        const file = event.dataTransfer?.files[0];
        if (!file) return;
        event.preventDefault();
        setDropped(file);
        setLibrary(true);
      }}
    >
      <h1 class="sr-only">SSE Scope</h1>
      <Toolbar
        store={store}
        hasTab={hasTab}
        onHelp={() => setHelp(true)}
        onLibrary={() => setLibrary(true)}
      />
      <LostNotice store={store} gone={situation === 'gone'} />
      <WireNotice store={store} />
      {shows && <Overview store={store} />}
      {shows ? (
        <Splitter
          key={narrow ? 'narrow' : 'wide'}
          name={narrow ? 'streams (narrow)' : 'streams'}
          direction={narrow ? 'vertical' : 'horizontal'}
          initial={narrow ? 130 : 400}
          first={<StreamList store={store} />}
          second={
            <div class="stream">
              <StreamHead store={store} />
              <StreamTabs store={store} />
              {store.tab.value === 'timeline' && <TimelineView store={store} />}
              {store.tab.value === 'health' && <HealthView store={store} />}
              {store.tab.value === 'statistics' && <StatisticsView store={store} />}
              {store.tab.value === 'replay' && <ReplayView store={store} hasTab={hasTab} />}
              {store.tab.value === 'http' && <HttpView store={store} />}
              {store.tab.value === 'events' && (
                <Splitter
                  key={low ? 'low' : 'high'}
                  name={low ? 'detail (low)' : 'detail'}
                  direction={low ? 'horizontal' : 'vertical'}
                  initial={low ? 420 : 260}
                  fixed="second"
                  first={<EventTable store={store} />}
                  second={store.rows.chosen.value === undefined ? undefined : <EntryDetail store={store} />}
                />
              )}
            </div>
          }
        />
      ) : (
        <Screen situation={situation} store={store} hasTab={hasTab} askPermission={askPermission} />
      )}
      {library && (
        <Library
          store={store}
          dropped={dropped}
          onClose={() => {
            setLibrary(false);
            setDropped(undefined);
          }}
        />
      )}
      {help && <Help onClose={() => setHelp(false)} />}
    </main>
  );
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
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
