import { CLOSED, eventSourceState } from '../../natives/eventSource.ts';
import { descriptorOf } from '../../natives/reflect.ts';
import { now } from '../../natives/window.ts';
import type { Patches } from '../../patch/patches.ts';
import type { Reporter } from '../../report/reporter.ts';
import { pageListens } from './observeEventSource.ts';
import type { Watched } from './watchedEventSource.ts';

/** Observes which types the page listens to, and `close()`. */
export function patchEventSource(
  patches: Patches,
  prototype: EventSource,
  reporter: Reporter,
  find: (object: unknown) => Watched | undefined,
): void {
  // A shadow of EventTarget's method on EventSource alone: no other object of the page is touched.
  const add = descriptorOf(EventTarget.prototype, 'addEventListener');
  if (add && !descriptorOf(prototype, 'addEventListener')) {
    patches.value(prototype, 'addEventListener', add.value);
    patches.method(prototype, 'addEventListener', (native, self, args) => {
      const one = find(self);
      const type = args[0];
      if (one && typeof type === 'string' && args[1]) {
        try {
          pageListens(one, reporter, type);
        } catch {}
      }
      return native(self, args);
    });
  }
  for (const type of ['open', 'message', 'error']) {
    patches.accessor(prototype, `on${type}`, 'set', (native, self, args) => {
      const one = find(self);
      if (one && typeof args[0] === 'function') {
        try {
          pageListens(one, reporter, type);
        } catch {}
      }
      return native(self, args);
    });
  }
  patches.method(prototype, 'close', (native, self, args) => {
    const one = find(self);
    try {
      if (one?.stream && eventSourceState(self) !== CLOSED) {
        reporter.ended(one.stream, now(), 'close');
        one.over = true;
      }
    } catch {}
    return native(self, args);
  });
}
