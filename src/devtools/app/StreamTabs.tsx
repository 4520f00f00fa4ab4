import type { Signal } from '@preact/signals';
import type { StreamTab } from './streamTab.ts';

const TABS: [StreamTab, string][] = [
  ['events', 'Events'],
  ['timeline', 'Timeline'],
  ['health', 'Health'],
  ['http', 'HTTP'],
  ['statistics', 'Statistics'],
  ['replay', 'Replay'],
];

/** What of the chosen stream is on show. */
export function StreamTabs({ tab: shown }: { tab: Signal<StreamTab> }) {
  const chosen = shown.value;

  function onKeyDown(event: KeyboardEvent): void {
    const at = TABS.findIndex(([name]) => name === chosen);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
    const tab = next === undefined ? undefined : TABS[(next + TABS.length) % TABS.length];
    if (!tab) return;
    event.preventDefault();
    shown.value = tab[0];
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-tab=${tab[0]}]`)?.focus();
  }

  return (
    <div class="tabs stream-tabs" role="tablist" aria-label="Of the chosen stream" onKeyDown={onKeyDown}>
      {TABS.map(([name, label]) => (
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
