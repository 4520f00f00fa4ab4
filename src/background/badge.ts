import type { Browser } from 'webextension-polyfill';
import type { Stream } from '../shared/session/types.ts';
import type { Database } from '../shared/store/open.ts';
import { readStreams } from '../shared/store/read.ts';

/** The button is brought up to date at most this often, ms. */
const UPDATE_EVERY = 500;

const isLive = ({ state }: Stream): boolean => state !== 'ended';

/** The number of live streams on the toolbar button of a tab that is recorded. */
export function createBadge(browser: Browser, db: () => Promise<Database>) {
  const waiting = new Map<number, ReturnType<typeof setTimeout>>();
  const sessions = new Map<number, string>();
  /** Streams that are not over, by session: read from the store once. */
  const live = new Map<string, Promise<Set<string>>>();

  async function liveStreams(session: string): Promise<Set<string>> {
    const streams = await readStreams(await db(), session);
    return new Set(streams.filter(isLive).map(({ id }) => id));
  }

  async function show(tab: number): Promise<void> {
    waiting.delete(tab);
    const session = sessions.get(tab) ?? '';
    const streams = await live.get(session)?.catch(() => undefined);
    // It is counted again the next time.
    if (session && !streams) live.delete(session);
    const count = streams?.size ?? 0;
    const title = session
      ? `SSE Scope is recording this tab: ${count} live ${count === 1 ? 'stream' : 'streams'}. Click to stop.`
      : 'Record the event streams of this tab';
    // The tab may be gone by now.
    await Promise.all([
      browser.action.setBadgeBackgroundColor({ tabId: tab, color: '#c5221f' }),
      browser.action.setBadgeText({ tabId: tab, text: session ? String(count) : '' }),
      browser.action.setTitle({ tabId: tab, title }),
    ]).catch(() => {});
  }

  return {
    /** @param changedStreams - streams of the session whose records are written; missing: none has changed */
    update(tab: number, session: string, changedStreams: readonly Stream[] = []): void {
      const former = sessions.get(tab);
      const changed = former !== session;
      sessions.set(tab, session);
      if (changed && former) live.delete(former);
      const known = live.get(session);
      if (session && !known) live.set(session, liveStreams(session));
      // What is read for the first time has these in it.
      const states = changedStreams.map((stream) => [stream.id, isLive(stream)] as const);
      void known
        ?.then((ids) => {
          for (const [id, lives] of states) {
            if (lives) ids.add(id);
            else ids.delete(id);
          }
        })
        .catch(() => {});
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
