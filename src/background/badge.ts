import type { Browser } from 'webextension-polyfill';
import type { Database } from '../shared/store/open.ts';
import { readStreams } from '../shared/store/read.ts';

/** Counting streams reads the store: not for every flush, ms. */
const UPDATE_EVERY = 500;

/** The number of live streams on the toolbar button of a tab that is recorded. */
export function createBadge(browser: Browser, db: () => Promise<Database>) {
  const waiting = new Map<number, ReturnType<typeof setTimeout>>();
  const sessions = new Map<number, string>();

  async function show(tab: number): Promise<void> {
    waiting.delete(tab);
    const session = sessions.get(tab) ?? '';
    const streams = session ? await readStreams(await db(), session) : [];
    const live = streams.filter((stream) => stream.state !== 'ended').length;
    const title = session
      ? `SSE Scope is recording this tab: ${live} live ${live === 1 ? 'stream' : 'streams'}. Click to stop.`
      : 'Record the event streams of this tab';
    // The tab may be gone by now.
    await Promise.all([
      browser.action.setBadgeBackgroundColor({ tabId: tab, color: '#c5221f' }),
      browser.action.setBadgeText({ tabId: tab, text: session ? String(live) : '' }),
      browser.action.setTitle({ tabId: tab, title }),
    ]).catch(() => {});
  }

  return {
    update(tab: number, session: string): void {
      const changed = sessions.get(tab) !== session;
      sessions.set(tab, session);
      if (changed) {
        clearTimeout(waiting.get(tab));
        waiting.delete(tab);
        void show(tab);
      } else if (!waiting.has(tab)) {
        waiting.set(
          tab,
          setTimeout(() => void show(tab), UPDATE_EVERY),
        );
      }
    },
  };
}
