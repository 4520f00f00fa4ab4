import type { BridgeToPage, PageToBridge } from '../../shared/protocol/messages.ts';
import { createBodies } from './bodies.ts';
import { sayHello } from './hello.ts';
import { createList, isClosed, listen, unlisten, window } from './natives.ts';
import { createPatches } from './patch.ts';
import { createReporter } from './report.ts';
import { createStreamNumbers } from './streamNumbers.ts';
import type { Tap } from './tap.ts';
import { tapBody } from './tapBody.ts';
import { tapEventSource } from './tapEventSource.ts';
import { tapFetch } from './tapFetch.ts';
import { tapPage } from './tapPage.ts';
import { tapXhr } from './tapXhr.ts';

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
