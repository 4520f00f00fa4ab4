import type { Browser } from 'webextension-polyfill';
import type { Stream } from '../../shared/session/types.ts';
import type { Database } from '../../shared/store/open.ts';
import { readStreams } from '../../shared/store/read.ts';

/** The button is brought up to date at most this often, ms. */
const UPDATE_EVERY = 500;

/** What is known of a session: streams that are not over, and those whose records have changed since. */
interface Known {
  live: Set<string> | undefined;
  changed: Set<string>;
}

/** The number of live streams on the toolbar button of a tab that is recorded. */
export function createBadge(browser: Browser, db: () => Promise<Database>) {
  const waiting = new Map<number, ReturnType<typeof setTimeout>>();
  const sessions = new Map<number, string>();
  const known = new Map<string, Known>();

  /** Reads the streams of a session once, and after that those that have changed. */
  async function countLive(session: string): Promise<number> {
    const own = known.get(session);
    if (!own) return 0;
    const changed = [...own.changed];
    own.changed.clear();
    const store = await db();
    const streams: (Stream | undefined)[] = own.live
      ? await Promise.all(changed.map((id) => store.get('streams', id)))
      : await readStreams(store, session);
    own.live ??= new Set();
    for (const stream of streams) {
      if (!stream) continue;
      if (stream.state === 'ended') own.live.delete(stream.id);
      else own.live.add(stream.id);
    }
    return own.live.size;
  }

  async function show(tab: number): Promise<void> {
    waiting.delete(tab);
    const session = sessions.get(tab) ?? '';
    const live = await countLive(session).catch(() => {
      // What could not be read is read as a whole the next time.
      known.delete(session);
      return 0;
    });
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
    /** @param changed - ids of streams of the session whose records have been written */
    update(tab: number, session: string, changed: readonly string[] = []): void {
      const former = sessions.get(tab);
      sessions.set(tab, session);
      if (former && former !== session) known.delete(former);
      if (session) {
        const own = known.get(session) ?? { live: undefined, changed: new Set() };
        known.set(session, own);
        for (const id of changed) own.changed.add(id);
      }
      if (former !== session) {
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
