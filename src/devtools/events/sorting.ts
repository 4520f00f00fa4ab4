import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Stream } from '../../shared/session/types.ts';
import { createPace } from '../data/pace.ts';
import type { QueryClient } from '../query/client.ts';
import type { SortColumn, SortOrder } from '../query/sortRows.ts';

/** Rows in another order are sorted again at most this often while they grow, ms. */
const SORT_EVERY = 1000;

/** The order of the rows. */
export interface Sorting {
  order: Signal<SortOrder>;
  /** The order is that of arrival. */
  inOrder: ReadonlySignal<boolean>;
  /** Ordinals in the chosen order; undefined until they are sorted. */
  sorted: ReadonlySignal<Uint32Array | undefined>;
  by(column: SortColumn): void;
  restart(): void;
  /** There are more rows. */
  grow(): void;
}

/**
 * @param matches - ordinals to sort; undefined for all entries
 * @param count - how many there are of these now
 */
export function createSorting(
  query: QueryClient,
  stream: ReadonlySignal<Stream | undefined>,
  matches: ReadonlySignal<Uint32Array | undefined>,
  count: () => number,
): Sorting {
  const order = signal<SortOrder>({ column: 'n', descending: false });
  const sorted = signal<Uint32Array | undefined>(undefined);
  const inOrder = computed(() => order.value.column === 'n' && !order.value.descending);
  const pace = createPace(SORT_EVERY);
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stop(): void {
    running?.abort();
    running = undefined;
    sorted.value = undefined;
    pace.reset();
  }

  async function sort(shown: Stream, ordinals: Uint32Array | undefined): Promise<void> {
    const own = new AbortController();
    running = own;
    const answer = await query
      .ask('sort', [shown.id, order.value, ordinals], own.signal)
      .catch(() => undefined);
    if (own.signal.aborted) return;
    if (answer) sorted.value = answer;
    running = undefined;
    pace.taken();
    if ((sorted.value?.length ?? 0) < count()) grow();
  }

  function grow(): void {
    if (running || timer !== undefined) return;
    const wait = pace.wait();
    if (wait > 0) {
      timer = setTimeout(() => {
        timer = undefined;
        grow();
      }, wait);
      return;
    }
    const shown = stream.value;
    if (!shown || inOrder.value || matches.value?.length === 0) return;
    void sort(shown, matches.value?.slice());
  }

  return {
    order,
    inOrder,
    sorted,
    by(column) {
      order.value = nextOrder(order.value, column);
      stop();
      if (!inOrder.value) grow();
    },
    restart: stop,
    grow,
  };
}

/** A click on a column: sorts by it, turns the order, and at the third click gives back the order of arrival. */
function nextOrder(now: SortOrder, column: SortColumn): SortOrder {
  const same = now.column === column;
  if (same && now.descending && column !== 'n') return { column: 'n', descending: false };
  return { column, descending: same ? !now.descending : column === 'size' || column === 'delta' };
}
