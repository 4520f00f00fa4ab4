import { FileError } from '../../shared/file/source/fileError.ts';
import { openStore } from '../../shared/store/open.ts';
import type { PanelToQuery, QueryToPanel } from './messages.ts';
import { createQueryServer } from './server.ts';

// The query worker of the panel: reads and looks through what was recorded, so that the panel need not wait.
const post = (message: QueryToPanel, transfer: Transferable[] = []) =>
  self.postMessage(message, { transfer });
const running = new Map<number, AbortController>();
let server: Promise<ReturnType<typeof createQueryServer>> | undefined;

/** A store that did not open is opened again at the next question. */
function answering(): Promise<ReturnType<typeof createQueryServer>> {
  // When a newer version takes the store, the panel sees the same, and loads itself anew.
  server ??= openStore(() => {}).then(
    (db) => createQueryServer(db, (grown) => post({ grown })),
    (error) => {
      server = undefined;
      throw error;
    },
  );
  return server;
}

self.addEventListener('message', async ({ data }: MessageEvent<PanelToQuery>) => {
  if (data.ask === 'cancel') {
    running.get(data.id)?.abort();
    return;
  }
  const abort = new AbortController();
  running.set(data.id, abort);
  const { id } = data;
  try {
    const answers = await answering();
    const part = (ordinals: Uint32Array): void => post({ id, part: ordinals }, [ordinals.buffer]);
    const work = answers[data.ask] as (...args: unknown[]) => unknown;
    post({ id, answer: await work(part, abort.signal, ...data.args) });
  } catch (error) {
    const [told, readable] =
      error instanceof FileError ? [error.message, error.readable] : [String(error), 0];
    post({ id, error: told, readable });
  } finally {
    running.delete(id);
  }
});
