import type { Browser, WebNavigation } from 'webextension-polyfill';
import type { WallClock } from '../keep/wallClock.ts';
import type { Committed } from './pages.ts';

type Details = WebNavigation.OnCommittedDetailsType & {
  documentId?: string;
  parentDocumentId?: string;
  documentLifecycle?: string;
};

export interface NavigationHost {
  /** A document is in the main frame of a tab. */
  page(tab: number, commit: Committed): void;
  /** A document is in another frame. */
  frame(tab: number, commit: { documentId: string; parentDocumentId: string }): void;
}

/**
 * Reports each document that the browser puts into a frame of a tab. The listener exists only while a tab
 * records, and is there before the first await of a background that was just started.
 */
export function createNavigations(
  { webNavigation }: Browser,
  wallClock: WallClock,
  host: NavigationHost,
): { listen(): void; unlisten(): void } {
  function onCommitted(untyped: WebNavigation.OnCommittedDetailsType): void {
    const details = untyped as Details;
    const { tabId, frameId, url, timeStamp, documentId = '', documentLifecycle } = details;
    // A document that is prerendered is not shown yet.
    if (documentLifecycle !== undefined && documentLifecycle !== 'active') return;
    const { parentDocumentId = '' } = details;
    if (frameId === 0) host.page(tabId, { documentId, url, at: wallClock.recorded(timeStamp) });
    else if (documentId && parentDocumentId) host.frame(tabId, { documentId, parentDocumentId });
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
