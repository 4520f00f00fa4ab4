import { useCallback, useState } from 'preact/hooks';
import { StreamVerdict } from '../findings/StreamVerdict.tsx';
import { Library } from '../library/Library.tsx';
import { StreamList } from '../streams/StreamList.tsx';
import { Overview } from '../timeline/overview/Overview.tsx';
import { Splitter } from '../ui/Splitter.tsx';
import { useMedia } from '../ui/useMedia.ts';
import { Help } from './Help.tsx';
import { LostNotice } from './notices/LostNotice.tsx';
import { WireNotice } from './notices/WireNotice.tsx';
import type { PanelStore } from './panelStore.ts';
import { Screen } from './Screen.tsx';
import { StreamHead } from './StreamHead.tsx';
import { StreamPages } from './StreamPages.tsx';
import { StreamTabs } from './StreamTabs.tsx';
import { Toolbar } from './Toolbar.tsx';
import { useAppKeys } from './useAppKeys.ts';

export interface AppProps {
  store: PanelStore;
  /** The panel looks at a tab; without one it shows stored sessions only. */
  hasTab: boolean;
  browserName: 'chromium' | 'firefox';
  askPermission(): void;
}

export function App(props: AppProps) {
  const { store, hasTab, askPermission } = props;
  const { data, rows, library, tab, timeline } = store;
  const situation = store.situation.value;
  const [help, setHelp] = useState(false);
  const [showsLibrary, setShowsLibrary] = useState(false);
  const [dropped, setDropped] = useState<File | undefined>(undefined);
  const openHelp = useCallback(() => setHelp(true), []);
  useAppKeys(tab, openHelp);
  const shows = situation === 'showing' || (situation === 'gone' && data.streams.value.length > 0);

  function onDrop(event: DragEvent): void {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    setDropped(file);
    setShowsLibrary(true);
  }

  function closeLibrary(): void {
    setShowsLibrary(false);
    setDropped(undefined);
  }

  return (
    <main class="app" onDragOver={allowFiles} onDrop={onDrop}>
      <h1 class="sr-only">SSE Scope</h1>
      <Toolbar
        data={data}
        rows={rows}
        library={library}
        hasTab={hasTab}
        onHelp={openHelp}
        onLibrary={() => setShowsLibrary(true)}
      />
      <LostNotice data={data} gone={situation === 'gone'} />
      <WireNotice data={data} unseen={store.unseen} />
      {shows && <Overview data={data} rows={rows} timeline={timeline} />}
      {shows ? (
        <Recording {...props} />
      ) : (
        <Screen situation={situation} data={data} hasTab={hasTab} askPermission={askPermission} />
      )}
      {showsLibrary && <Library data={data} library={library} dropped={dropped} onClose={closeLibrary} />}
      {help && <Help onClose={() => setHelp(false)} />}
    </main>
  );
}

/** The streams, and the chosen one beside them. */
function Recording({ store, hasTab, browserName }: AppProps) {
  const { assembled, data, findings, rows, rates, tab, timeline } = store;
  const ofSession = tab.value === 'findings';
  // Docked at the side, the streams stand above the events.
  const narrow = useMedia('(max-width: 680px)');
  return (
    <Splitter
      key={narrow ? 'narrow' : 'wide'}
      name={narrow ? 'streams (narrow)' : 'streams'}
      direction={narrow ? 'vertical' : 'horizontal'}
      initial={narrow ? 130 : 400}
      first={
        <StreamList
          data={data}
          conditions={timeline.conditions.value}
          matches={rows.filtered.value ? rows.counts.value : undefined}
          rates={rates}
          marks={findings.marks.value}
        />
      }
      second={
        <div class="stream">
          <StreamTabs
            tab={tab}
            hasMeaning={assembled.report.value !== undefined}
            counts={findings.counts.value}
          />
          {!ofSession && <StreamHead data={data} />}
          {!ofSession && (
            <StreamVerdict
              findings={findings}
              logical={data.logical.value}
              onOpen={() => {
                tab.value = 'health';
              }}
            />
          )}
          <StreamPages store={store} hasTab={hasTab} browserName={browserName} />
        </div>
      }
    />
  );
}

/** Without it the browser would leave the panel for the file. */
function allowFiles(event: DragEvent): void {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
}
