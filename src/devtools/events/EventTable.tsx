import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../shared/session/format.ts';
import type { Stream } from '../../shared/session/types.ts';
import { EntryKind } from '../../shared/sse/types.ts';
import { createPace } from '../data/pace.ts';
import type { PanelData } from '../data/panelData.ts';
import { type TableRow as Row, readRows } from '../reading/readRows.ts';
import { useRemembered } from '../ui/useRemembered.ts';
import type { RowsStore } from './rowsStore.ts';
import { showEntry } from './showEntry.ts';
import { ColumnsMenu, TableHead } from './TableHead.tsx';
import { TableRow } from './TableRow.tsx';
import { columnsOf, DEFAULT_LAYOUT, fitsNarrow, gridOf, type TableLayout } from './tableColumns.ts';
import { tableStep } from './tableStep.ts';
import { contentHeight, scrollToRow, visibleRange } from './visibleRange.ts';

export const ROW_HEIGHT = 21;
/** ms. */
const SCROLL_BAR_EVERY = 1000;
/** Scroll events come so late after we scrolled, ms. */
const OUR_SCROLL = 300;

/** Rows that have been read, and how many rows there were then. */
interface Read {
  /** The stream. */
  of: string;
  /** Of the rows store. */
  generation: number;
  total: number;
  rows: ReadonlyMap<number, Row>;
}

/** All entries of the chosen stream, or those that match the filter: only what is on the screen is in the page. */
export interface EventTableProps {
  data: PanelData;
  rows: RowsStore;
}

export function EventTable({ data, rows }: EventTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scrollTop: 0, height: 300 });
  const [read, setRead] = useState<Read>({ of: '', generation: 0, total: 0, rows: new Map() });
  const [layout, setLayout] = useRemembered<TableLayout>('table', DEFAULT_LAYOUT);
  /** Until when scrolling is our own doing, and the user's, ms; and where it was. */
  const scrolling = useRef({ ours: 0, users: 0, top: 0 });
  const all = rows.total.value;
  const stream = data.stream.value;
  const exchanges = data.exchanges.value;
  const shown = rows.rows.value;
  const chosen = rows.chosen.value;
  const following = rows.following.value;
  const generation = rows.generation.value;
  const terms = rows.filter.value.terms;
  const pins = (stream && rows.pins.value.get(stream.id)) ?? [];
  // What comes while the end is followed is drawn once, when its rows are there. It never becomes less by that: the
  // browser would scroll up.
  const drawn = useRef({ of: '', total: 0 });
  const known = drawn.current.of === stream?.id ? Math.min(drawn.current.total, all) : 0;
  const total = following && read.of === stream?.id && read.total < all ? Math.max(read.total, known) : all;
  drawn.current = { of: stream?.id ?? '', total };
  // Followed, the end is on show: where that is need not be asked of the page.
  const place = following ? { scrollTop: Number.MAX_SAFE_INTEGER, height: view.height } : view;
  const range = visibleRange(total, ROW_HEIGHT, place);
  const coming = visibleRange(all, ROW_HEIGHT, place);
  const columns = columnsOf(layout);

  // While the end is followed, the scroll bar is brought up to date now and then: scrolling at each row costs frames.
  const [pace] = useState(() => createPace(SCROLL_BAR_EVERY));
  const bar = useRef({ of: '', height: 0, behind: 0 });
  const fullHeight = contentHeight(total, ROW_HEIGHT);
  const keepsBar =
    following &&
    bar.current.of === stream?.id &&
    bar.current.height > view.height &&
    bar.current.height <= fullHeight &&
    pace.wait() > 0;
  if (!keepsBar) {
    const behind = fullHeight - bar.current.height;
    bar.current = { of: stream?.id ?? '', height: fullHeight, behind };
    pace.taken();
  }
  const { height } = bar.current;
  const top = following ? height - (range.end - range.first) * ROW_HEIGHT : range.top;

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
    element.scrollTop = height;
    scrolling.current.ours = performance.now() + OUR_SCROLL;
  }, [following, height, stream?.id, view.height]);

  // Who scrolls up goes on from the row that was on show.
  const followed = useRef(following);
  useLayoutEffect(() => {
    if (followed.current && !following && bar.current.behind > 0)
      box.current!.scrollTop += bar.current.behind;
    followed.current = following;
  }, [following]);

  // The chosen row stays in sight when the detail opens below it.
  const chosenRow = chosen === undefined ? -1 : rows.rowOf(chosen);
  useLayoutEffect(() => {
    if (chosenRow < 0) return;
    const element = box.current!;
    element.scrollTop = scrollToRow(chosenRow, all, ROW_HEIGHT, {
      scrollTop: element.scrollTop,
      height: element.clientHeight,
    });
  }, [chosen, chosenRow >= 0, view.height]);

  // The rows on the screen, read from the store; those of before stay until they are there.
  useEffect(() => {
    let wanted = true;
    const ordinals: number[] = [];
    for (let row = coming.first; row < coming.end; row++) ordinals.push(rows.ordinalOf(row));
    // What a growing stream adds below the screen changes nothing on it.
    const own = `${stream?.id}/`;
    const holds = read.generation === generation;
    if (holds && ordinals.every((n) => read.rows.get(n)?.exchange.startsWith(own))) {
      if (read.total !== all || read.of !== stream?.id)
        setRead({ ...read, of: stream?.id ?? '', total: all });
      return;
    }
    readRows(data.cache, exchanges, ordinals)
      .then((found) => {
        if (!wanted) return;
        const rows = new Map(found.map((row) => [row.n, row]));
        setRead({ of: stream?.id ?? '', generation, total: all, rows });
      })
      .catch(() => {});
    return () => {
      wanted = false;
    };
  }, [coming.first, coming.end, all, exchanges, shown, generation, data]);

  /** A hand on the wheel, the scroll bar or the screen: what scrolls for a while is the user's doing. */
  function onHand(ms: number): void {
    scrolling.current.users = performance.now() + ms;
  }

  function onScroll(): void {
    const element = box.current!;
    const state = scrolling.current;
    const before = state.top;
    state.top = element.scrollTop;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < ROW_HEIGHT;
    const now = performance.now();
    const byUser = now < state.users || now > state.ours;
    if (rows.following.value) {
      // What is on show is known already.
      if (atEnd) return;
      if (!byUser || element.scrollTop >= before) {
        element.scrollTop = element.scrollHeight;
        return;
      }
      rows.following.value = false;
    } else if (atEnd && total > 0 && element.scrollTop > before) rows.following.value = true;
    setView({ scrollTop: element.scrollTop, height: element.clientHeight });
  }

  function choose(row: number): void {
    const bounded = Math.min(Math.max(row, 0), all - 1);
    if (bounded < 0) return;
    rows.following.value = false;
    rows.chosen.value = rows.ordinalOf(bounded);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = tableStep(event.key, chosenRow, all, Math.max(1, Math.floor(view.height / ROW_HEIGHT) - 2));
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') {
      if (chosen === undefined) return;
      rows.chosen.value = undefined;
      // DevTools open their drawer for what gets as far as the document.
      event.stopPropagation();
    } else if (event.key === 'm' && chosen !== undefined) rows.togglePin(chosen);
    else if (event.key === "'" && pins.length > 0) {
      const next = pins.find((n) => n > (chosen ?? -1)) ?? pins[0]!;
      if (stream) showEntry(data, rows, stream.id, next);
    } else if (step === undefined) return;
    else choose(step);
    event.preventDefault();
  }

  const visible: number[] = [];
  for (let row = range.first; row < range.end; row++) visible.push(row);
  const base = layout.relative ? data.session.value?.startedAt : undefined;
  return (
    <div class="table">
      <ColumnsMenu layout={layout} onLayout={setLayout} />
      <div
        class="grid"
        role="grid"
        aria-label="Entries"
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        style={{
          '--columns': gridOf(columns, layout),
          '--narrow': gridOf(columns.filter(fitsNarrow), layout),
        }}
      >
        <TableHead
          columns={columns}
          layout={layout}
          order={rows.order.value}
          onLayout={setLayout}
          onSort={rows.sortBy}
        />
        <div
          class="table-body"
          ref={box}
          tabIndex={0}
          onScroll={onScroll}
          onWheel={() => onHand(500)}
          onTouchMove={() => onHand(1000)}
          onPointerDown={() => onHand(10_000)}
          onKeyDown={onKeyDown}
          role="rowgroup"
          aria-label="Entries"
        >
          <div class="table-content" role="presentation" style={{ height: `${height}px` }}>
            <div role="presentation" style={{ transform: `translateY(${Math.max(0, top)}px)` }}>
              {visible.map((index) => {
                const n = rows.ordinalOf(index);
                const row = read.rows.get(n);
                if (!row) {
                  return (
                    <div key={n} class="table-row empty" role="row" aria-rowindex={index + 2}>
                      <span role="gridcell" />
                    </div>
                  );
                }
                return (
                  <TableRow
                    key={n}
                    index={index}
                    row={row}
                    columns={columns}
                    base={base}
                    terms={terms}
                    chosen={n === chosen}
                    pinned={pins.includes(n)}
                    unheard={row.kind === EntryKind.event && isUnheard(stream, row.type)}
                    onClick={() => choose(index)}
                  />
                );
              })}
            </div>
          </div>
          {total === 0 && (
            <div class="table-nothing" role="row">
              <span role="gridcell">{emptyText({ data, rows })}</span>
            </div>
          )}
        </div>
      </div>
      <div class="table-foot">{footText({ data, rows })}</div>
    </div>
  );
}

/** What arrives on the wire, and no listener of the page's is for. What a worker listens to is not known. */
function isUnheard(stream: Stream | undefined, type: string): boolean {
  if (stream?.transport !== 'EventSource' || stream.frame === 'worker' || stream.listenersUnknown)
    return false;
  return !stream.listeners.includes(type);
}

function emptyText({ data, rows }: EventTableProps): string {
  if (rows.filtered.value) return rows.searching.value ? 'Searching …' : 'No entry matches the filter.';
  const stream = data.stream.value;
  const wire = data.exchanges.value.at(-1)?.wire;
  if (stream?.transport === 'EventSource' && stream.state === 'open' && !wire) {
    return 'Open, and no event yet. Only events of types that the page listens to can be seen here.';
  }
  return stream?.state === 'ended' ? 'This stream ended without an event.' : 'No event yet.';
}

function footText({ data, rows }: EventTableProps): string {
  const entries = formatCount(data.stream.value?.entries ?? 0);
  if (!rows.filtered.value) return `${entries} entries`;
  const { total, searching } = rows;
  return `${formatCount(total.value)} of ${entries} entries${searching.value ? ' …' : ''}`;
}
