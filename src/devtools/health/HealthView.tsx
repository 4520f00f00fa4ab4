import { formatCount } from '../../shared/text/units/format.ts';
import type { PanelData } from '../data/panelData.ts';
import type { FindingsStore } from '../findings/findingsStore.ts';
import type { OpenPlace } from '../findings/PlaceLink.tsx';
import type { TimelineStore } from '../timeline/timelineStore.ts';
import { ArrivalSection } from './ArrivalSection.tsx';
import { Findings } from './Findings.tsx';
import { GapsSection } from './GapsSection.tsx';
import { HeartbeatSection } from './HeartbeatSection.tsx';
import { useHealth } from './useHealth.ts';

/** How the chosen stream is: what was found, its gaps, its heartbeat, how its bytes came. */
export interface HealthViewProps {
  data: PanelData;
  timeline: TimelineStore;
  findings: FindingsStore;
  browserName: 'chromium' | 'firefox';
  onOpen: OpenPlace;
}

export function HealthView({ data, timeline, findings, browserName, onOpen }: HealthViewProps) {
  const report = useHealth(data, timeline, browserName);
  const stream = data.stream.value;
  if (!report || !stream) return <div class="page" role="tabpanel" tabIndex={0} aria-label="Health" />;
  const group = data.logical.value;
  return (
    <div class="page" role="tabpanel" tabIndex={0} aria-label="Health">
      {group.length > 1 && (
        <p class="note">
          {group.length} streams that were opened one after the other for the same purpose, taken as one.
        </p>
      )}
      {report.looked < report.connections && (
        <p class="note">
          The last {formatCount(report.looked)} of {formatCount(report.connections)} connections.
        </p>
      )}
      <h2>Findings</h2>
      <Findings
        data={data}
        store={findings}
        condition={timeline.conditions.value.get(group.at(-1)?.id ?? stream.id)}
        diagnosis={report.diagnosis}
        onOpen={onOpen}
      />
      <GapsSection report={report} marks={data.marks.value} timeline={timeline} />
      <HeartbeatSection report={report} stream={stream} now={timeline.end.value} />
      <ArrivalSection arrival={report.arrival} />
    </div>
  );
}
