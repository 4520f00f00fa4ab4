import { AssembledView } from '../assembled/AssembledView.tsx';
import { EntryDetail } from '../detail/EntryDetail.tsx';
import { EventTable } from '../events/EventTable.tsx';
import { showEntry } from '../events/showEntry.ts';
import { FindingsView } from '../findings/FindingsView.tsx';
import type { OpenPlace } from '../findings/PlaceLink.tsx';
import { unexplainedStreams } from '../findings/unexplained.ts';
import { HealthView } from '../health/HealthView.tsx';
import { HttpView } from '../http/HttpView.tsx';
import { ReplayView } from '../replay/ReplayView.tsx';
import { StatisticsView } from '../statistics/StatisticsView.tsx';
import { TimelineView } from '../timeline/TimelineView.tsx';
import { Splitter } from '../ui/Splitter.tsx';
import { useMedia } from '../ui/useMedia.ts';
import { openPlace } from './openPlace.ts';
import type { PanelStore } from './panelStore.ts';

export interface StreamPagesProps {
  store: PanelStore;
  hasTab: boolean;
  browserName: 'chromium' | 'firefox';
}

/** The page of the chosen tab, about the chosen stream. */
export function StreamPages({ store, hasTab, browserName }: StreamPagesProps) {
  const { assembled, data, findings, rows, timeline, replay, tab } = store;
  const onOpen: OpenPlace = (place, stream) => openPlace(store, place, stream);
  switch (tab.value) {
    case 'assembled':
      return assembled.report.value ? (
        <AssembledView
          data={data}
          assembled={assembled}
          onShow={(ordinal) => {
            tab.value = 'events';
            const stream = data.stream.value;
            if (stream) showEntry(data, rows, stream.id, ordinal);
          }}
        />
      ) : (
        <EventsPage store={store} />
      );
    case 'events':
      return <EventsPage store={store} />;
    case 'timeline':
      return (
        <TimelineView
          data={data}
          rows={rows}
          timeline={timeline}
          playhead={replay.playhead.value}
          findingMarks={findings.marks.value}
          onOpen={() => {
            tab.value = 'events';
          }}
        />
      );
    case 'health':
      return (
        <HealthView
          data={data}
          timeline={timeline}
          findings={findings}
          browserName={browserName}
          onOpen={onOpen}
        />
      );
    case 'findings':
      return <SessionFindings store={store} onOpen={onOpen} />;
    case 'http':
      return <HttpView data={data} led={store.exchangeShown} />;
    case 'statistics':
      return <StatisticsView data={data} timeline={timeline} />;
    case 'replay':
      return <ReplayView data={data} replay={replay} hasTab={hasTab} />;
  }
}

/** What is wrong with all streams, and how many look broken without a finding that says why. */
function SessionFindings({ store, onOpen }: { store: PanelStore; onOpen: OpenPlace }) {
  const { data, findings, timeline } = store;
  const unexplained = unexplainedStreams(
    findings.report.value ?? [],
    data.streams.value,
    timeline.conditions.value,
  );
  return <FindingsView data={data} findings={findings} onOpen={onOpen} unexplained={unexplained.length} />;
}

function EventsPage({ store: { data, rows } }: { store: PanelStore }) {
  // Docked at the bottom, there is no room below the events for the detail, and much beside them.
  const low = useMedia('(max-height: 420px) and (min-width: 1000px)');
  return (
    <Splitter
      key={low ? 'low' : 'high'}
      name={low ? 'detail (low)' : 'detail'}
      direction={low ? 'horizontal' : 'vertical'}
      initial={low ? 420 : 260}
      fixed="second"
      first={<EventTable data={data} rows={rows} />}
      second={rows.chosen.value === undefined ? undefined : <EntryDetail data={data} rows={rows} />}
    />
  );
}
