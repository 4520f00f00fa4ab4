import type { MarkKind } from '../../shared/session/types.ts';
import { listen, now, unlisten, visibilityState, wasPersisted, window } from './natives.ts';
import type { Reporter } from './report.ts';

type Listener = [target: EventTarget, type: string, listener: (event: Event) => void];

/** Marks of the page itself. Its listeners exist only while the document is observed. */
export function tapPage(
  reporter: Reporter,
  onHide: (at: number, comesBack: boolean) => void,
): { start(): void; stop(): void; listenAgain(): void } {
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
        'pageshow',
        (event) => {
          if (wasPersisted(event)) mark('resume', 'back/forward cache');
        },
      ],
      [
        window,
        'pagehide',
        (event) => {
          // A page in the back/forward cache comes back with its objects: its streams have not ended for it.
          const comesBack = wasPersisted(event);
          if (comesBack) mark('freeze', 'back/forward cache');
          onHide(now(), comesBack);
        },
      ],
    ];
  }
  // Made when they are needed: most documents never are observed.
  let listeners: Listener[] = [];
  let on = false;
  function add(): void {
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
  };
}
