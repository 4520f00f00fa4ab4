import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';
import type { PanelData } from '../data/panelData.ts';
import { ChecksSection } from '../findings/ChecksSection.tsx';
import { copiedFindings } from '../findings/copiedFindings.ts';
import { DismissedSection } from '../findings/DismissedSection.tsx';
import { FindingCard } from '../findings/FindingCard.tsx';
import type { FindingsStore } from '../findings/findingsStore.ts';
import { groupFindings } from '../findings/groupFindings.ts';
import type { OpenPlace } from '../findings/PlaceLink.tsx';
import { unexplainedStreams } from '../findings/unexplained.ts';
import type { Condition } from '../timeline/model/condition.ts';
import { copyText } from '../ui/copyText.ts';

export interface FindingsProps {
  data: PanelData;
  store: FindingsStore;
  condition: Condition | undefined;
  diagnosis: Diagnosis;
  onOpen: OpenPlace;
}

/** What is wrong with the chosen stream, what could not be looked at, and what was looked for in vain. */
export function Findings({ data, store, condition, diagnosis, onOpen }: FindingsProps) {
  const logical = data.logical.value;
  const report = [{ streams: logical.map(({ id }) => id), ...diagnosis }];
  const { kept, dismissed } = store.part(groupFindings(report, logical));
  const last = logical.at(-1);
  const conditions = new Map(last && condition ? [[last.id, condition]] : []);
  return (
    <>
      {kept.map((group) => (
        <FindingCard
          key={group.severity + group.code}
          group={group}
          chosen={last?.id}
          onOpen={onOpen}
          onCopy={(one) => void copyText(copiedFindings(data.session.value, [one], report))}
          onDismiss={store.dismiss}
        />
      ))}
      <DismissedSection groups={dismissed} onBringBack={store.bringBack} />
      <ChecksSection report={report} unexplained={unexplainedStreams(report, logical, conditions).length} />
    </>
  );
}
