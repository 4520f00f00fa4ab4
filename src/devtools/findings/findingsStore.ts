import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Severity } from '../../shared/diagnosis/model/finding.ts';
import { sayFinding } from '../../shared/text/sayFinding.ts';
import { createPaced } from '../data/paced.ts';
import type { PanelData } from '../data/panelData.ts';
import type { StreamFindings } from '../query/findingsReader.ts';
import type { FindingMark } from '../ui/FindingMark.tsx';
import { createDismissed } from './dismissed.ts';
import { dismissalKey, type FindingGroup, groupFindings, type Occurrence } from './groupFindings.ts';

/** Findings are looked for again at most this often, ms. */
const LEAST_PAUSE = 500;
/** Logical streams of a session that are diagnosed, the last ones. */
const MOST_GROUPS = 300;
/** Titles that the mark of a stream tells. */
const MOST_TITLES = 5;

/** What is wrong with the streams of the session on show. */
export interface FindingsStore {
  /** Of each logical stream; undefined until the session on show has been diagnosed. */
  report: ReadonlySignal<readonly StreamFindings[] | undefined>;
  /** Logical streams that are not looked at: there are too many, and these are the oldest. */
  leftOut: ReadonlySignal<number>;
  /** Without what was dismissed, the worst first. */
  kept: ReadonlySignal<readonly FindingGroup[]>;
  dismissed: ReadonlySignal<readonly FindingGroup[]>;
  counts: ReadonlySignal<Readonly<Record<Severity, number>>>;
  /** By the id of each stream that has an error or a warning. */
  marks: ReadonlySignal<ReadonlyMap<string, FindingMark>>;
  /** Splits findings into those that were dismissed and those that were not. */
  part(groups: readonly FindingGroup[]): { kept: FindingGroup[]; dismissed: FindingGroup[] };
  dismiss(group: FindingGroup): void;
  bringBack(group: FindingGroup): void;
}

/** @param now - the clock of a session that is being recorded: silence is judged by it; the end of one that is over */
export function createFindingsStore(
  data: PanelData,
  now: ReadonlySignal<number>,
  browser: 'chromium' | 'firefox',
): FindingsStore {
  const read = signal<{ session: string; report: readonly StreamFindings[] } | undefined>(undefined);
  const dismissed = createDismissed(localStorage);
  const watched = computed(() => data.groups.value.slice(-MOST_GROUPS));

  const paced = createPaced(LEAST_PAUSE, async (signal) => {
    const session = data.sessionId.peek();
    const groups = watched.peek().map(({ streams }) => streams.map(({ id }) => id));
    const marks = [...data.marks.peek()];
    const report = await data.query.ask('findings', [groups, marks, browser, now.peek()], signal);
    if (!signal.aborted) read.value = { session, report };
  });
  let shown = '';
  effect(() => {
    const session = data.sessionId.value;
    void [watched.value, data.marks.value, data.allExchanges.value, now.value];
    if (session === shown) paced.ask();
    else paced.restart();
    shown = session;
  });

  const report = computed(() =>
    read.value?.session === data.sessionId.value ? read.value.report : undefined,
  );
  const all = computed(() => groupFindings(report.value ?? [], data.streams.value));
  const parted = computed(() => part(all.value, dismissed.keys.value));
  const kept = computed(() => parted.value.kept);
  const keysOf = (group: FindingGroup) =>
    group.occurrences.map(({ stream }) => dismissalKey(group.code, stream));
  return {
    report,
    leftOut: computed(() => data.groups.value.length - watched.value.length),
    kept,
    dismissed: computed(() => parted.value.dismissed),
    counts: computed(() => {
      const counts = { error: 0, warning: 0, note: 0 };
      for (const { severity, occurrences } of kept.value) counts[severity] += occurrences.length;
      return counts;
    }),
    marks: computed(() => marksOf(kept.value)),
    part: (groups) => part(groups, dismissed.keys.value),
    dismiss: (group) => dismissed.dismiss(keysOf(group)),
    bringBack: (group) => dismissed.bringBack(keysOf(group)),
  };
}

/** Splits groups into what was dismissed and what was not. */
function part(
  groups: readonly FindingGroup[],
  keys: ReadonlySet<string>,
): { kept: FindingGroup[]; dismissed: FindingGroup[] } {
  const isDismissed = (group: FindingGroup) => (one: Occurrence) =>
    keys.has(dismissalKey(group.code, one.stream));
  return {
    kept: groups.flatMap((group) => only(group, (one) => !isDismissed(group)(one))),
    dismissed: groups.flatMap((group) => only(group, isDismissed(group))),
  };
}

/** A group with only these of its occurrences; none where there are none. */
function only(group: FindingGroup, wanted: (one: Occurrence) => boolean): FindingGroup[] {
  const [first, ...more] = group.occurrences.filter(wanted);
  return first ? [{ ...group, occurrences: [first, ...more] }] : [];
}

function marksOf(groups: readonly FindingGroup[]): Map<string, FindingMark> {
  const marks = new Map<string, FindingMark>();
  for (const { severity, occurrences } of groups) {
    if (severity === 'note') continue;
    for (const { finding, stream, software } of occurrences) {
      // The worst one comes first.
      const mark = marks.get(stream.id) ?? { severity, count: 0, title: '' };
      mark.count++;
      if (mark.count <= MOST_TITLES)
        mark.title += `${mark.title && '\n'}${sayFinding(finding, software).title}`;
      marks.set(stream.id, mark);
    }
  }
  return marks;
}
