import { createRandom, type Random } from '../simulate/random.ts';
import type { Client } from './log.ts';

export interface PlannedStream {
  name: string;
  client: Client;
  url: string;
  /** When the page opens it, ms after its script runs. */
  opensAfter: number;
  /** When the page closes it, ms after that; undefined: it stays open. */
  closesAfter: number | undefined;
}

export interface PlannedPage {
  page: string;
  /** '' for the page itself. */
  frame: string;
  streams: PlannedStream[];
  /** When it goes to the next page, ms; 0: never. */
  leavesAfter: number;
  leavesBy: 'link' | 'script' | 'form' | 'back' | 'reload';
}

/** What a connection sends, and how it ends. */
export interface PlannedConnection {
  status: 200 | 204 | 500;
  /** Before the head, ms. */
  headAfter: number;
  /** Sizes of events, and the pauses between them. */
  load: 'trickle' | 'burst' | 'large' | 'mixed';
  /** Some streams have no IDs, and some only now and then. */
  ids: 'always' | 'sometimes' | 'never';
  retry: number;
  blocks: number;
  end: 'end' | 'break' | 'stay';
}

const CLIENTS: Client[] = [
  'EventSource',
  'EventSource',
  'EventSource',
  'EventSource',
  'frame',
  'worker',
  'reader',
  'forAwait',
  'pipeThrough',
  'text',
  'post',
  'xhr',
];

/** A source of random numbers of its own for each thing, so that the order of requests changes none of them. */
export function randomFor(seed: number, thing: string): Random {
  let hash = seed >>> 0;
  for (const character of thing) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x9e3779b1) >>> 0;
  return createRandom(hash);
}

/** A page with twelve streams. @param origins - of the servers; the first one has the pages */
export function planPage(seed: number, page: string, origins: readonly string[]): PlannedPage {
  const random = randomFor(seed, page);
  const streams = CLIENTS.map((client, i): PlannedStream => {
    const shares = client === 'EventSource' && random.chance(0.3);
    const name = shares ? 'shared' : `s${i}`;
    // A browser has six connections to one host: the streams are spread, and some wait for their turn.
    const origin = shares ? origins[1]! : random.pick(origins);
    return {
      name,
      client,
      url: `${origin}/events?page=${page}&stream=${name}&client=${client}`,
      opensAfter: random.chance(0.5) ? 0 : random.integer(0, 2500),
      closesAfter: random.chance(0.25) ? random.integer(50, 6000) : undefined,
    };
  });
  return {
    page,
    frame: '',
    streams,
    leavesAfter: random.chance(0.15) ? random.integer(1, 200) : random.integer(500, 9000),
    leavesBy: random.pick(['link', 'script', 'form', 'back', 'reload'] as const),
  };
}

/** @param number - of the connection among those of its URL, from 0 */
export function planConnection(seed: number, url: string, number: number): PlannedConnection {
  const random = randomFor(seed, `${url} ${number}`);
  const finite = url.includes('client=text');
  const load = random.pick(['trickle', 'trickle', 'trickle', 'burst', 'mixed', 'large'] as const);
  const longest = load === 'large' ? 4 : load === 'burst' ? 2000 : 150;
  const end = random.pick(['end', 'end', 'break', 'stay', 'stay'] as const);
  return {
    status: random.chance(0.92) ? 200 : random.pick([204, 500] as const),
    headAfter: random.chance(0.8) ? 0 : random.integer(1, 1500),
    load,
    ids: random.pick(['always', 'always', 'sometimes', 'never'] as const),
    retry: random.integer(50, 1500),
    blocks: random.chance(0.1) ? 0 : random.integer(1, longest),
    end: finite && end === 'stay' ? 'end' : end,
  };
}
