import type { Header } from '../../src/shared/session/types.ts';
import type { Random } from '../simulate/random.ts';
import type { Chunk, ConnectionSketch } from '../support/scene.ts';

/** When scenarios begin, ms since the epoch. */
export const BEGIN = 1_790_000_000_000;

export const BROKEN = [
  'net::ERR_INCOMPLETE_CHUNKED_ENCODING',
  'net::ERR_CONNECTION_RESET',
  'net::ERR_HTTP2_PROTOCOL_ERROR',
  'NS_ERROR_NET_PARTIAL_TRANSFER',
  'NS_ERROR_NET_RESET',
] as const;

const WORDS =
  'ready price user order build queue cache token node event stream value north south late open'.split(' ');

export function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(WORDS)).join(' ');
}

/** Blocks of one stream, one after the other, all of one style. */
export interface Source {
  /** The next block. @param at - when it is made, ms since the epoch */
  next(at: number): string;
  /** Type of its events. */
  type: string;
  lastId(): string;
}

export interface SourceOptions {
  ids?: 'counting' | 'uuid' | 'none' | 'any';
  /** The number before the first. */
  after?: number;
  /** Data tells its own time. */
  timed?: boolean;
  type?: string;
  /** Least size of the data. */
  size?: number;
  /** What makes events of another source differ from these. */
  run?: number;
}

export function source(random: Random, options: SourceOptions = {}): Source {
  const ids = options.ids === 'any' || !options.ids ? random.pick(['counting', 'uuid', 'none']) : options.ids;
  const type = options.type ?? random.pick(['message', 'message', 'update', 'quote', 'log']);
  const style = random.integer(0, 2);
  let n = options.after ?? 0;
  let id = '';
  return {
    type,
    lastId: () => id,
    next(at) {
      n++;
      const filler = 'x'.repeat(
        options.size ? random.integer(options.size, Math.floor(options.size * 1.3)) : 0,
      );
      const time = options.timed ? { ts: new Date(at).toISOString() } : {};
      const run = options.run === undefined ? {} : { run: options.run };
      const data = [
        { n, price: (100 + random.next() * 5).toFixed(2), ...time, ...run, filler },
        { message: words(random, random.integer(2, 12)), index: n, ...time, ...run, filler },
        { user: { name: random.pick(WORDS), seq: n }, ok: random.chance(0.5), ...time, ...run, filler },
      ][style]!;
      if (ids === 'counting') id = String(n);
      if (ids === 'uuid') id = `${run.run ?? ''}${n.toString(16)}-${random.integer(0, 0xffff).toString(16)}`;
      const lines = [`data: ${JSON.stringify(data)}`];
      if (type !== 'message') lines.unshift(`event: ${type}`);
      if (ids !== 'none') lines.unshift(`id: ${id}`);
      return `${lines.join('\n')}\n\n`;
    },
  };
}

/** Moments from `from` on, `gap` ms apart, each off by up to a part of it. */
export function moments(random: Random, from: number, gap: number, count: number, jitter = 0.3): number[] {
  return Array.from({ length: count }, (_, i) =>
    Math.round(from + i * gap + (i === 0 ? 0 : (random.next() - 0.5) * gap * jitter)),
  );
}

/** One block of a source at each moment. */
export function flow(from: Source, at: readonly number[]): Chunk[] {
  return at.map((time): Chunk => [time, from.next(time)]);
}

export function comments(at: readonly number[], text = ': ping\n\n'): Chunk[] {
  return at.map((time): Chunk => [time, text]);
}

export function inOrder(...lists: Chunk[][]): Chunk[] {
  return lists.flat().sort((a, b) => a[0] - b[0]);
}

/** The text as a buffer of so many bytes hands it over. */
export function pieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  );
}

export function sentId(id: string): Header[] {
  return [
    ['Accept', 'text/event-stream'],
    ['Last-Event-ID', id],
  ];
}

/** A connection that is answered within some tens of ms. */
export function answered(random: Random, at: number, more: Partial<ConnectionSketch> = {}): ConnectionSketch {
  const server = random.pick(['', 'nginx', 'nginx/1.25.3', 'Apache/2.4.62', 'Caddy', 'uvicorn', 'Kestrel']);
  return {
    at,
    answered: at + random.integer(4, 90),
    protocol: random.pick(['HTTP/1.1', 'h2', 'http/1.1']),
    ...more,
    headers: {
      ...(server ? { Server: server } : {}),
      Date: 'Mon, 21 Sep 2026 10:00:00 GMT',
      ...(random.chance(0.5) ? { 'X-Accel-Buffering': 'no' } : {}),
      ...more.headers,
    },
  };
}

/** Its listeners hear its events. */
export function hears(...sources: readonly Source[]): { listeners: string[] } {
  return { listeners: ['message', ...sources.map(({ type }) => type)] };
}
