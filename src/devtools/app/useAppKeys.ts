import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { appKey } from './appKeys.ts';
import type { StreamTab } from './streamTab.ts';

/** Keys that work wherever the focus is. They wait while a dialog is open. */
export function useAppKeys(tab: Signal<StreamTab>, onHelp: () => void): void {
  useEffect(() => {
    let commands = 0;
    function onKeyDown(event: KeyboardEvent): void {
      const inField = (event.target as HTMLElement).matches?.('input, select, textarea') ?? false;
      const command = event.defaultPrevented ? undefined : appKey(event, inField);
      if (!command || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      const own = ++commands;
      if (command === 'help') onHelp();
      else if (command === 'filter') focusOn('.filter');
      else if (command === 'streams') focusOn('.streams-list');
      else {
        tab.value = command;
        // The keys are for the view that comes on show, which is drawn with the next frame.
        requestAnimationFrame(() => {
          if (own === commands) focusOn(command === 'events' ? '.table-body' : '.lane-canvas, .page');
        });
      }
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [tab, onHelp]);
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}
