import type { Signal } from '@preact/signals';
import type { Severity } from '../../shared/diagnosis/model/finding.ts';
import { SeverityIcon } from '../ui/FindingMark.tsx';
import type { StreamTab } from './streamTab.ts';

const ALL_TABS: [StreamTab, string][] = [
  ['findings', 'Findings'],
  ['assembled', 'Assembled'],
  ['events', 'Events'],
  ['timeline', 'Timeline'],
  ['health', 'Health'],
  ['http', 'HTTP'],
  ['statistics', 'Statistics'],
  ['replay', 'Replay'],
];

/** What is on show: the findings of the session, or something of the chosen stream. */
export interface StreamTabsProps {
  tab: Signal<StreamTab>;
  /** The stream says something as a whole. */
  hasMeaning: boolean;
  /** Findings of all streams of the session. */
  counts: Readonly<Record<Severity, number>>;
}

export function StreamTabs({ tab: shown, hasMeaning, counts }: StreamTabsProps) {
  const tabs = ALL_TABS.filter(([name]) => hasMeaning || name !== 'assembled');
  const chosen = shown.value === 'assembled' && !hasMeaning ? 'events' : shown.value;

  function onKeyDown(event: KeyboardEvent): void {
    const at = tabs.findIndex(([name]) => name === chosen);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = next === undefined ? undefined : tabs[(next + tabs.length) % tabs.length];
    if (!tab) return;
    event.preventDefault();
    shown.value = tab[0];
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-tab=${tab[0]}]`)?.focus();
  }

  return (
    <div
      class="tabs stream-tabs"
      role="tablist"
      aria-label="Of the session and its streams"
      onKeyDown={onKeyDown}
    >
      {tabs.map(([name, label]) => (
        <button
          key={name}
          type="button"
          role="tab"
          data-tab={name}
          aria-selected={chosen === name}
          tabIndex={chosen === name ? 0 : -1}
          onClick={() => {
            shown.value = name;
          }}
        >
          {label}
          {name === 'findings' && <FindingCount counts={counts} />}
        </button>
      ))}
    </div>
  );
}

/** How many errors and warnings there are; of a session that has none, nothing. */
function FindingCount({ counts }: Pick<StreamTabsProps, 'counts'>) {
  return (
    <>
      {(['error', 'warning'] as const).map(
        (severity) =>
          counts[severity] > 0 && (
            <span key={severity} class={`tab-count ${severity}`} data-count={severity}>
              <SeverityIcon severity={severity} />
              {counts[severity]}
              <span class="sr-only"> {severity}s</span>
            </span>
          ),
      )}
    </>
  );
}
