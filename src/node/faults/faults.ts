/** Which blocks a fault takes: every nth, or each by chance (0 … 1). */
export interface Choice {
  every?: number;
  chance?: number;
}

/** What goes wrong on purpose. All that are given hold together. Times are ms as the client sees them, whatever the speed. */
export interface Faults {
  /** The connection breaks after so many events, bytes or ms, whichever comes first; `clean`: by the end of the response. */
  drop?: { events?: number; bytes?: number; ms?: number; clean?: boolean };
  /** Nothing comes for a while (for ever without `forMs`) after so many events, bytes or ms. */
  stall?: { events?: number; bytes?: number; ms?: number; forMs?: number };
  /** Everything comes so much later, the answer itself too. */
  delay?: { ms: number };
  /** Each chunk comes up to so much later, by chance; the order stays. */
  jitter?: { ms: number };
  rate?: { bytesPerSecond: number };
  /** Chunks are cut at these offsets of the response, or into random pieces of at most `size` bytes, `gapMs` (5) apart. */
  split?: { at?: number[]; size?: number; gapMs?: number };
  duplicate?: Choice;
  /** A block changes places with the next one. */
  reorder?: Choice;
  /** A byte of a block becomes 0xFF, which is no UTF-8. */
  corrupt?: Choice;
  /** The last block ends in its middle. */
  truncateLast?: boolean;
  /** The response has this status, and no stream where that is an error. */
  status?: number;
  /** The response has this Content-Type; '' for none. */
  contentType?: string;
  /** The reconnection time that clients are told, ms; that of the stream is taken out. */
  retry?: number;
  /** The stream has no IDs. */
  forgetIds?: boolean;
  /** Where to go on is not honoured: a reconnection begins at the start. */
  ignoreLastEventId?: boolean;
  /** As a proxy does: chunks are held back until there are so many bytes, or so many ms have gone by. */
  buffer?: { bytes?: number; ms?: number };
  /** The body is compressed; without `flush` as a proxy does, that waits until it has enough. */
  compress?: { encoding: 'gzip' | 'br' | 'deflate'; flush?: boolean };
  /** Connections are refused for so many ms from the first one on, or so many times. */
  refuse?: { ms?: number; times?: number };
}

/** Faults for some requests. */
export interface FaultRule {
  /** Path and query, `*` for anything; all requests without it. */
  path?: string;
  /** Which connections to that address, from 1; all without it. */
  connections?: number[];
  faults: Faults;
}

/** What a scenario file holds. */
export interface Scenario {
  /** Chance is the same for the same seed. */
  seed?: number;
  /** All that match hold; of two that say something of the same fault, the later one. */
  rules: FaultRule[];
}

export const NO_FAULTS: Scenario = { seed: 1, rules: [] };

/** The faults of one connection. */
export function faultsFor(scenario: Scenario, path: string, connection: number): Faults {
  return Object.assign(
    {},
    ...scenario.rules
      .filter(
        (rule) =>
          (rule.path === undefined || matches(rule.path, path)) &&
          (rule.connections === undefined || rule.connections.includes(connection)),
      )
      .map(({ faults }) => faults),
  );
}

function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === path;
  if (!path.startsWith(parts[0]!)) return false;
  let at = parts[0]!.length;
  for (const part of parts.slice(1, -1)) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.length - at >= parts.at(-1)!.length && path.endsWith(parts.at(-1)!);
}
