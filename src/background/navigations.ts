import type { Browser, WebNavigation } from 'webextension-polyfill';
import type { Committed } from './pages.ts';
import type { WallClock } from './wallClock.ts';

type Details = WebNavigation.OnCommittedDetailsType & { documentId?: string; documentLifecycle?: string };

/**
 * Reports each document that the browser puts into the main frame of a tab. The listener exists only while a tab
 * records, and is there before the first await of a background that was just started.
 */
export function createNavigations(
  { webNavigation }: Browser,
  wallClock: WallClock,
  report: (tab: number, commit: Committed) => void,
): { listen(): void; unlisten(): void } {
  function onCommitted(untyped: WebNavigation.OnCommittedDetailsType): void {
    const { tabId, frameId, url, timeStamp, documentId = '', documentLifecycle } = untyped as Details;
    // A document that is prerendered is not shown yet.
    if (frameId !== 0 || (documentLifecycle !== undefined && documentLifecycle !== 'active')) return;
    report(tabId, { documentId, url, at: wallClock.recorded(timeStamp) });
  }

  let listening = false;
  return {
    listen() {
      if (listening) return;
      listening = true;
      webNavigation.onCommitted.addListener(onCommitted);
    },
    unlisten() {
      if (!listening) return;
      listening = false;
      webNavigation.onCommitted.removeListener(onCommitted);
    },
  };
}
