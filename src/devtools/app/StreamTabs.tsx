import type { Signal } from '@preact/signals';
import type { StreamTab } from './streamTab.ts';

const ALL_TABS: [StreamTab, string][] = [
  ['assembled', 'Assembled'],
  ['events', 'Events'],
  ['timeline', 'Timeline'],
  ['health', 'Health'],
  ['http', 'HTTP'],
  ['statistics', 'Statistics'],
  ['replay', 'Replay'],
];

/** What of the chosen stream is on show. */
export interface StreamTabsProps {
  tab: Signal<StreamTab>;
  /** The stream says something as a whole. */
  hasMeaning: boolean;
}

export function StreamTabs({ tab: shown, hasMeaning }: StreamTabsProps) {
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
    <div class="tabs stream-tabs" role="tablist" aria-label="Of the chosen stream" onKeyDown={onKeyDown}>
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
        </button>
      ))}
    </div>
  );
}
