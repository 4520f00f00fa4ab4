import { joinBytes } from '../../shared/session/joinBytes.ts';
import { cutItem, dueOf, type Item, NOT_YET, type Playing } from './items.ts';

/** Pieces in which a slow line brings its bytes: so many a second. */
const PIECES_A_SECOND = 20;

/* Faults of time: the bytes stay the same. */

export function* delay(items: Iterable<Item>, ms: number): Generator<Item> {
  for (const item of items) yield item === NOT_YET ? item : { ...item, lag: item.lag + ms };
}

export function* jitter(items: Iterable<Item>, ms: number, { random }: Playing): Generator<Item> {
  for (const item of items) yield item === NOT_YET ? item : { ...item, lag: item.lag + random() * ms };
}

export function* rate(items: Iterable<Item>, bytesPerSecond: number, playing: Playing): Generator<Item> {
  const size = Math.max(1, Math.round(bytesPerSecond / PIECES_A_SECOND));
  let free = 0;
  for (const item of items) {
    if (item === NOT_YET) {
      yield item;
      continue;
    }
    for (let rest = item; ; ) {
      const [piece, after] = cutItem(rest, size);
      const due = dueOf(piece, playing);
      free = Math.max(free, due);
      yield { ...piece, lag: piece.lag + free - due };
      free += (piece.bytes.length / bytesPerSecond) * 1000;
      if (after.bytes.length === 0) break;
      rest = after;
    }
  }
}

export function* split(
  items: Iterable<Item>,
  { at = [], size, gapMs = 5 }: { at?: number[]; size?: number; gapMs?: number },
  { random }: Playing,
): Generator<Item> {
  const places = [...at].sort((a, b) => a - b);
  let offset = 0;
  for (const item of items) {
    if (item === NOT_YET) {
      yield item;
      continue;
    }
    let rest = item;
    for (let lag = item.lag; ; lag += gapMs) {
      while (places.length > 0 && places[0]! <= offset) places.shift();
      const place = Math.min(
        (places[0] ?? Infinity) - offset,
        size === undefined ? Infinity : 1 + Math.floor(random() * size),
        rest.bytes.length,
      );
      const [piece, after] = cutItem(rest, place);
      yield { ...piece, lag };
      offset += piece.bytes.length;
      if (after.bytes.length === 0) break;
      rest = after;
    }
  }
}

export function* buffer(
  items: Iterable<Item>,
  { bytes = Infinity, ms = Infinity }: { bytes?: number; ms?: number },
  playing: Playing,
): Generator<Item> {
  let held: Item[] = [];
  let size = 0;
  let first = 0;
  const take = (due: number, at: Item): Item => {
    const blocks: number[] = [];
    let offset = 0;
    for (const one of held) {
      for (const end of one.blocks) blocks.push(offset + end);
      offset += one.bytes.length;
    }
    const all = { at: at.at, lag: 0, to: at.to, bytes: joinBytes(...held.map((one) => one.bytes)), blocks };
    held = [];
    size = 0;
    return { ...all, lag: due - dueOf(all, playing) };
  };
  for (const item of items) {
    if (item === NOT_YET) {
      // Of what is live nobody knows when more comes: what is held has its time.
      if (held.length > 0 && Number.isFinite(ms)) yield take(first + ms, held.at(-1)!);
      else yield item;
      continue;
    }
    const due = dueOf(item, playing);
    if (held.length > 0 && due - first >= ms) yield take(first + ms, held.at(-1)!);
    if (held.length === 0) first = due;
    held.push(item);
    size += item.bytes.length;
    if (size >= bytes) yield take(due, item);
  }
  if (held.length > 0) {
    const last = held.at(-1)!;
    yield take(Number.isFinite(ms) ? first + ms : dueOf(last, playing), last);
  }
}

interface After {
  events?: number;
  bytes?: number;
  ms?: number;
}

export function* stall(
  items: Iterable<Item>,
  { forMs = Infinity, ...after }: After & { forMs?: number },
  playing: Playing,
): Generator<Item> {
  const place = createPlace(after, playing);
  let lag = 0;
  for (const item of items) {
    if (item === NOT_YET) {
      yield item;
      continue;
    }
    if (lag > 0) {
      yield { ...item, lag: item.lag + lag };
      continue;
    }
    const cut = place(item);
    if (cut === undefined) {
      yield item;
      continue;
    }
    const [before, rest] = cutItem(item, cut);
    if (before.bytes.length > 0) yield before;
    lag = forMs;
    if (rest.bytes.length > 0) yield { ...rest, lag: rest.lag + lag };
  }
}

export function* drop(
  items: Iterable<Item>,
  { clean = false, ...after }: After & { clean?: boolean },
  playing: Playing,
): Generator<Item> {
  const place = createPlace(after, playing);
  const ending = clean ? 'end' : 'drop';
  for (const item of items) {
    if (item === NOT_YET) {
      yield item;
      continue;
    }
    const cut = place(item);
    if (cut === undefined) {
      yield item;
      continue;
    }
    const [before] = cutItem(item, cut);
    if (before.bytes.length > 0) yield before;
    else if (after.ms !== undefined) yield empty(after.ms, playing);
    playing.ending = ending;
    playing.isCut = true;
    return;
  }
  if (after.ms === undefined) return;
  // It had to break later than its last bytes.
  yield empty(after.ms, playing);
  playing.ending = ending;
  playing.isCut = true;
}

/** Nothing, at a moment of the clock. */
function empty(ms: number, { from }: Playing): Item {
  return { at: from, lag: ms, to: 0, bytes: new Uint8Array(0), blocks: [] };
}

/** Says where in an item the place is: after so many events, bytes or ms. */
function createPlace({ events = Infinity, bytes = Infinity, ms = Infinity }: After, playing: Playing) {
  let eventsLeft = events;
  let bytesLeft = bytes;
  return (item: Item): number | undefined => {
    if (eventsLeft <= 0 || bytesLeft <= 0 || dueOf(item, playing) >= ms) return 0;
    const byEvents = item.blocks[eventsLeft - 1] ?? Infinity;
    const cut = Math.min(byEvents, bytesLeft);
    if (cut <= item.bytes.length) return cut;
    eventsLeft -= item.blocks.length;
    bytesLeft -= item.bytes.length;
    return undefined;
  };
}
