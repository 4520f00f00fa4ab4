import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { StreamContext, StreamEnding } from '../../shared/assemble/build/streamContext.ts';
import { isOver } from '../../shared/session/exchangeTimes.ts';
import { createPace } from '../data/pace.ts';
import type { PanelData } from '../data/panelData.ts';
import type { AssembledReport } from '../query/assembledReader.ts';

/** A stream that grows is put together again at most this often, ms. */
const READ_EVERY = 250;

/** What the chosen stream says as a whole. */
export interface AssembledStore {
  /** Undefined where it has no known format, and until that is known. */
  report: ReadonlySignal<AssembledReport | undefined>;
}

export function createAssembledStore(data: PanelData): AssembledStore {
  const report = signal<AssembledReport | undefined>(undefined);
  const pace = createPace(READ_EVERY);
  let running: AbortController | undefined;
  let again = false;
  let shown = '';

  async function read(): Promise<void> {
    if (running) {
      again = true;
      return;
    }
    const own = new AbortController();
    running = own;
    again = false;
    await new Promise((resolve) => setTimeout(resolve, pace.wait()));
    pace.taken();
    if (!own.signal.aborted) await readNow(own.signal);
    if (running !== own) return;
    running = undefined;
    if (again) void read();
  }

  async function readNow(aborted: AbortSignal): Promise<void> {
    const stream = data.stream.value;
    if (!stream) return;
    const first = data.exchanges.value[0];
    const whole = first && (await data.readExchanges([first.id])).get(first.id);
    const facts: StreamContext = {
      framing: 'sse',
      url: stream.url,
      method: stream.method,
      headers: whole?.headers ?? [],
      requestHeaders: whole?.http?.requestHeaders ?? [],
    };
    const next = await data.query.ask('assembled', [stream.id, facts, endingOf(data)], aborted);
    if (!aborted.aborted && data.stream.value?.id === stream.id) report.value = next;
  }

  // Another stream, or more of it.
  effect(() => {
    const id = data.stream.value?.id ?? '';
    if (id !== shown) {
      shown = id;
      running?.abort();
      running = undefined;
      pace.reset();
      report.value = undefined;
    }
    if (data.exchanges.value.length > 0) void read().catch(() => {});
  });
  return { report };
}

function endingOf({ stream, exchanges, session }: PanelData): StreamEnding {
  const last = exchanges.value.at(-1);
  const isDone =
    last?.end !== undefined || (last !== undefined && isOver(last)) || session.value?.endedAt !== undefined;
  return {
    open: !isDone,
    whole:
      stream.value?.openedBeforeRecording !== true &&
      exchanges.value.every(({ fidelity }) => fidelity !== 'events'),
  };
}
