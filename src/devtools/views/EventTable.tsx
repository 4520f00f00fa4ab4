import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Stream } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import type { PanelStore } from '../panelStore.ts';
import { readRows, type TableRow } from '../reading/readRows.ts';
import { KIND_NAMES } from '../state/entryText.ts';
import { formatBytes, formatCount, formatDelta, formatTime } from '../state/format.ts';
import { contentHeight, scrollToRow, visibleRange } from '../state/visibleRange.ts';

export const ROW_HEIGHT = 21;

/** All entries of the chosen stream, or those that match the filter: only what is on the screen is in the page. */
export function EventTable({ store }: { store: PanelStore }) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scrollTop: 0, height: 300 });
  const [rows, setRows] = useState<ReadonlyMap<number, TableRow>>(new Map());
  const total = store.total.value;
  const stream = store.stream.value;
  const exchanges = store.exchanges.value;
  const matches = store.matches.value;
  const chosen = store.chosen.value;
  const following = store.following.value;
  const range = visibleRange(total, ROW_HEIGHT, view);

  useLayoutEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() =>
      setView({ scrollTop: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // Following: the last row stays in sight.
  useLayoutEffect(() => {
    const element = box.current!;
    if (!following) return;
    element.scrollTop = element.scrollHeight;
    setView({ scrollTop: element.scrollTop, height: element.clientHeight });
  }, [following, total, stream?.id]);

  // The chosen row stays in sight when the detail opens below it.
  useLayoutEffect(() => {
    if (chosen === undefined) return;
    const row = matches ? matches.indexOf(chosen) : chosen;
    const element = box.current!;
    element.scrollTop = scrollToRow(row, total, ROW_HEIGHT, {
      scrollTop: element.scrollTop,
      height: element.clientHeight,
    });
  }, [chosen, view.height]);

  // The rows on the screen, read from the store; those of before stay until they are there.
  useEffect(() => {
    let wanted = true;
    const ordinals: number[] = [];
    for (let row = range.first; row < range.end; row++) ordinals.push(store.ordinalOf(row));
    readRows(store.cache, exchanges, ordinals)
      .then((read) => {
        if (wanted) setRows(new Map(read.map((row) => [row.n, row])));
      })
      .catch(() => {});
    return () => {
      wanted = false;
    };
  }, [range.first, range.end, exchanges, matches, store]);

  function onScroll(): void {
    const element = box.current!;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < ROW_HEIGHT;
    if (store.following.value && !atEnd && element.scrollTop < view.scrollTop) store.following.value = false;
    else if (atEnd && !store.following.value && total > 0 && element.scrollTop > view.scrollTop) {
      store.following.value = true;
    }
    setView({ scrollTop: element.scrollTop, height: element.clientHeight });
  }

  function choose(row: number): void {
    const bounded = Math.min(Math.max(row, 0), total - 1);
    if (bounded < 0) return;
    store.following.value = false;
    store.chosen.value = store.ordinalOf(bounded);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(view.height / ROW_HEIGHT) - 2);
    const at = chosen === undefined ? -1 : matches ? matches.indexOf(chosen) : chosen;
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? total - 1 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: total - 1,
    };
    const next = steps[event.key];
    if (event.key === 'Escape') store.chosen.value = undefined;
    else if (next === undefined) return;
    else choose(next);
    event.preventDefault();
  }

  const visible: number[] = [];
  for (let row = range.first; row < range.end; row++) visible.push(row);
  return (
    <div class="table" role="grid" aria-label="Entries" aria-rowcount={total + 1} aria-colcount={7}>
      <div class="table-row table-head" role="row" aria-rowindex={1}>
        <span role="columnheader" class="number">
          #
        </span>
        <span role="columnheader">Time</span>
        <span role="columnheader" class="number">
          Delta
        </span>
        <span role="columnheader">Type</span>
        <span role="columnheader">Id</span>
        <span role="columnheader" class="number">
          Size
        </span>
        <span role="columnheader">Data</span>
      </div>
      <div
        class="table-body"
        ref={box}
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        role="rowgroup"
        aria-label="Entries"
      >
        <div class="table-content" style={{ height: `${contentHeight(total, ROW_HEIGHT)}px` }}>
          <div style={{ transform: `translateY(${range.top}px)` }}>
            {visible.map((index) => {
              const n = store.ordinalOf(index);
              const row = rows.get(n);
              if (!row) {
                return <div key={n} class="table-row empty" role="row" aria-rowindex={index + 2} />;
              }
              const isEvent = row.kind === EntryKind.event;
              const type = isEvent ? row.type : KIND_NAMES[row.kind];
              const unheard = isEvent && isUnheard(stream, row.type);
              return (
                <div
                  key={n}
                  class={`table-row kind-${KIND_NAMES[row.kind]}`}
                  role="row"
                  aria-rowindex={index + 2}
                  aria-selected={n === chosen}
                  onClick={() => choose(index)}
                >
                  <span role="gridcell" class="number">
                    {formatCount(n + 1)}
                  </span>
                  <span role="gridcell">{formatTime(row.time)}</span>
                  <span role="gridcell" class="number">
                    {row.delta === undefined ? '' : formatDelta(row.delta)}
                  </span>
                  <span
                    role="gridcell"
                    class={`type ${unheard ? 'unheard' : ''}`}
                    title={unheard ? 'The page has no listener for this type' : undefined}
                  >
                    {type}
                    {unheard && <span class="sr-only"> (nobody listens)</span>}
                  </span>
                  <span role="gridcell" class="id">
                    {row.lastEventId}
                  </span>
                  <span role="gridcell" class="number">
                    {formatBytes(row.size)}
                  </span>
                  <span role="gridcell" class="data">
                    {row.preview}
                  </span>
                </div>
              );
            })}
          </div>
        </div>
        {total === 0 && <p class="table-nothing">{emptyText(store)}</p>}
      </div>
      <div class="table-foot" aria-live="off">
        {footText(store)}
      </div>
    </div>
  );
}

/** What arrives on the wire, and no listener of the page's is for. What a worker listens to is not known. */
function isUnheard(stream: Stream | undefined, type: string): boolean {
  return stream?.transport === 'EventSource' && stream.frame !== 'worker' && !stream.listeners.includes(type);
}

function emptyText(store: PanelStore): string {
  if (store.matches.value) return store.searching.value ? 'Searching …' : 'No entry matches the filter.';
  const stream = store.stream.value;
  const wire = store.exchanges.value.at(-1)?.wire;
  if (stream?.transport === 'EventSource' && stream.state === 'open' && !wire) {
    return 'Open, and no event yet. Only events of types that the page listens to can be seen here.';
  }
  return stream?.state === 'ended' ? 'This stream ended without an event.' : 'No event yet.';
}

function footText(store: PanelStore): string {
  const entries = formatCount(store.stream.value?.entries ?? 0);
  const matches = store.matches.value;
  if (!matches) return `${entries} entries`;
  return `${formatCount(matches.length)} of ${entries} entries${store.searching.value ? ' …' : ''}`;
}
