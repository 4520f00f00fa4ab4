import type { MarkKind } from '../../../shared/session/types.ts';
import { listen, unlisten, wasPersisted } from '../natives/eventTargets.ts';
import { now, visibilityState, window } from '../natives/window.ts';
import type { Reporter } from '../report/reporter.ts';

const CACHE = 'back/forward cache';

type Listener = [target: EventTarget, type: string, listener: (event: Event) => void];

/**
 * Marks of the page itself. Its listeners exist only while the document is observed, but for one: a document that comes back
 * from the back/forward cache may find that the tab is recorded, or is not any more.
 *
 * @param onHide - the document goes, perhaps into the cache
 * @param onBack - it has come back from there
 */
export function tapPage(
  reporter: Reporter,
  onHide: (at: number) => void,
  onBack: () => void,
): { start(): void; stop(): void; listenAgain(): void; gone(): void } {
  const onShow = (event: Event): void => {
    if (!wasPersisted(event)) return;
    onBack();
    mark('resume', CACHE);
  };
  function mark(kind: MarkKind, detail = ''): void {
    reporter.fact({ type: 'PageMarked', stream: 0, at: now(), kind, detail });
  }
  function make(): Listener[] {
    const { document } = window;
    return [
      [document, 'visibilitychange', () => mark('visibility', visibilityState(document))],
      [window, 'online', () => mark('online')],
      [window, 'offline', () => mark('offline')],
      [document, 'freeze', () => mark('freeze')],
      [document, 'resume', () => mark('resume')],
      [
        window,
        'pagehide',
        (event) => {
          if (wasPersisted(event)) mark('freeze', CACHE);
          onHide(now());
        },
      ],
    ];
  }
  // Made when they are needed: most documents never are observed.
  let listeners: Listener[] = [];
  let on = false;
  function add(): void {
    listen(window, 'pageshow', onShow, true);
    if (listeners.length === 0) listeners = make();
    for (let i = 0; i < listeners.length; i++) {
      const one = listeners[i]!;
      listen(one[0], one[1], one[2] as (event: never) => void, true);
    }
  }
  return {
    start() {
      on = true;
      add();
    },
    /** Does nothing where its listeners are in place. */
    listenAgain() {
      if (on) add();
    },
    stop() {
      on = false;
      for (let i = 0; i < listeners.length; i++) {
        const one = listeners[i]!;
        unlisten(one[0], one[1], one[2] as (event: never) => void, true);
      }
    },
    gone() {
      unlisten(window, 'pageshow', onShow, true);
    },
  };
}
