import type { MarkKind } from '../../shared/session/types.ts';
import { document, listen, now, unlisten, visibilityState, window } from './natives.ts';
import type { Reporter } from './report.ts';

/** Marks of the page itself. Its listeners exist only while the document is observed. */
export function tapPage(
  reporter: Reporter,
  onHide: (at: number, comesBack: boolean) => void,
): { start(): void; stop(): void } {
  function mark(kind: MarkKind, detail = ''): void {
    reporter.fact({ type: 'PageMarked', stream: 0, at: now(), kind, detail });
  }
  const listeners: [target: EventTarget, type: string, listener: (event: Event) => void][] = [
    [document, 'visibilitychange', () => mark('visibility', visibilityState(document))],
    [window, 'online', () => mark('online')],
    [window, 'offline', () => mark('offline')],
    [document, 'freeze', () => mark('freeze')],
    [document, 'resume', () => mark('resume')],
    [
      window,
      'pageshow',
      (event) => {
        if ((event as PageTransitionEvent).persisted) mark('resume', 'back/forward cache');
      },
    ],
    [
      window,
      'pagehide',
      (event) => {
        // A page in the back/forward cache comes back with its objects: its streams have not ended for it.
        const comesBack = (event as PageTransitionEvent).persisted;
        if (comesBack) mark('freeze', 'back/forward cache');
        onHide(now(), comesBack);
      },
    ],
  ];
  let on = false;
  return {
    start() {
      if (on) return;
      on = true;
      for (let i = 0; i < listeners.length; i++) {
        const one = listeners[i]!;
        listen(one[0], one[1], one[2] as (event: never) => void, true);
      }
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
