import type { Clock } from '../../../shared/protocol/clock.ts';

/** What is known elsewhere of the documents of a tab. */
export interface DocumentNamesHost {
  /** The browser's name of the main document that a tab shows; '' when it has none. */
  shownDocument(tab: number): Promise<string>;
  /** Documents and workers that the debugger names so are in the page of this main document. */
  named(tab: number, documentId: string, names: string[]): Promise<void>;
  isNamed(tab: number, name: string): boolean;
}

/**
 * The debugger has names of its own: of documents (loader ids), and of workers and frames of other processes (their sessions).
 * They are of the main document that the tab shows while the debugger answers for them.
 */
export interface DocumentNames {
  /** Resolves when it is known of which page this document of the tab's own target is, or cannot be told. */
  ofDocument(tab: number, loaderId: string): Promise<void>;
  /** The same for a worker or a frame of another process. @param ask - what only one that is alive answers */
  ofSession(tab: number, sessionId: string, ask: () => Promise<unknown>): Promise<void>;
  /** The tab may show another document: asks anew. */
  look(tab: number): Promise<void>;
}

export interface FrameTree {
  frame: { id: string; loaderId?: string };
  childFrames?: FrameTree[];
}

/** The tab may go to another page while the debugger answers: so often is it asked. */
const ATTEMPTS = 3;
/** A page that keeps its thread busy answers late: after that, ms, times and addresses tell. */
const ANSWERS_WITHIN = 1000;

export function createDocumentNames(
  host: DocumentNamesHost,
  frameTree: (tab: number) => Promise<FrameTree | undefined>,
  clock: Clock,
): DocumentNames {
  const asking = new Map<number, Promise<void>>();

  async function learn(tab: number, ask: () => Promise<string[]>): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const shown = await host.shownDocument(tab);
      const names = await ask();
      if (shown === '' || names.length === 0) return;
      if ((await host.shownDocument(tab)) !== shown) continue;
      await host.named(tab, shown, names);
      return;
    }
  }

  function look(tab: number): Promise<void> {
    const learned = learn(tab, async () => {
      const tree = await frameTree(tab);
      return tree ? loadersOf(tree) : [];
    })
      .catch(() => {})
      .finally(() => {
        if (asking.get(tab) === learned) asking.delete(tab);
      });
    asking.set(tab, learned);
    return learned;
  }

  function inTime(learned: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ANSWERS_WITHIN, resolve);
      void learned.then(() => {
        cancel();
        resolve();
      });
    });
  }

  return {
    look,
    async ofDocument(tab, loaderId) {
      if (loaderId === '' || host.isNamed(tab, loaderId)) return;
      await inTime(asking.get(tab) ?? look(tab));
    },
    async ofSession(tab, sessionId, ask) {
      if (host.isNamed(tab, sessionId)) return;
      const learned = learn(tab, async () => {
        await ask();
        return [sessionId];
      });
      await inTime(learned.catch(() => {}));
    },
  };
}

function loadersOf({ frame, childFrames = [] }: FrameTree): string[] {
  return [...(frame.loaderId ? [frame.loaderId] : []), ...childFrames.flatMap(loadersOf)];
}
