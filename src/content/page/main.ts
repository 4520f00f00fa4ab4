import type { BridgeToPage, PageToBridge } from '../../shared/protocol/pageLink.ts';
import { sayHello } from './hello.ts';
import { listen, unlisten } from './natives/eventTargets.ts';
import { createList } from './natives/reflect.ts';
import { isClosed, window } from './natives/window.ts';
import { createPatches } from './patch/patches.ts';
import { createReporter } from './report/reporter.ts';
import { tapEventSource } from './taps/eventSource/tapEventSource.ts';
import { createBodies } from './taps/fetch/bodies.ts';
import { tapBody } from './taps/fetch/tapBody.ts';
import { tapFetch } from './taps/fetch/tapFetch.ts';
import { createStreamNumbers } from './taps/streamNumbers.ts';
import type { Tap } from './taps/tap.ts';
import { tapPage } from './taps/tapPage.ts';
import { tapXhr } from './taps/xhr/tapXhr.ts';

const SUCCESSOR = 'sse-scope:successor';

// Runs in the page's own world, in every frame, before any script of the page. It patches four globals, and then
// sleeps until the document opens its first event stream. Nothing here may throw into the page or write to its console.
try {
  const bridge = sayHello((command: BridgeToPage) => reporter.obey(command));
  const patches = createPatches();
  const taps = createList<Tap>();
  const post = (message: PageToBridge | null): void => {
    // `document.open()` has taken what listens to the window and the document off.
    listen(window, SUCCESSOR, goIfAlone);
    page.listenAgain();
    // A frame that was removed has no bridge any more, and stays as it is.
    if (!bridge.post(message) && !isClosed(window)) reporter.obey({ type: 'Restore' });
  };
  const goIfAlone = (): void => post(null);
  const reporter = createReporter(post, bridge.share, {
    start() {
      page.start();
      for (let i = 0; i < taps.length; i++) taps[i]!.start();
    },
    stop() {
      page.stop();
      for (let i = 0; i < taps.length; i++) taps[i]!.stop();
    },
    gone() {
      patches.restore();
      page.gone();
      unlisten(window, SUCCESSOR, goIfAlone);
    },
  });
  const page = tapPage(
    reporter,
    (at) => {
      for (let i = 0; i < taps.length; i++) taps[i]!.unload(at);
      reporter.leave();
    },
    () => reporter.askAgain(),
  );
  const nextStream = createStreamNumbers();
  const bodies = createBodies(reporter, nextStream);
  taps[0] = tapEventSource(patches, reporter, nextStream);
  taps[1] = tapFetch(patches, reporter, bodies);
  taps[2] = tapXhr(patches, reporter, nextStream);
  tapBody(patches, bodies);
  listen(window, SUCCESSOR, goIfAlone);
} catch {
  // A page without one of these globals, or with frozen ones, stays as it is.
}
