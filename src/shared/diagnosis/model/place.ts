import { headerOf } from '../../session/headerOf.ts';
import type { Exchange, Mark, MarkKind, Stream } from '../../session/types.ts';

/** Where a finding can be seen: what a reader is led to. Times are ms since the epoch. */
export type Place =
  | { place: 'connection'; exchange: string; number: number; at: number }
  /** `text`: the bytes as they were written, the first of them. */
  | { place: 'entry'; exchange: string; ordinal: number; text?: string }
  /** `value`: undefined where the header is missing. */
  | {
      place: 'header';
      exchange: string;
      side: 'request' | 'response';
      name: string;
      value: string | undefined;
    }
  /** Start of a response that is no event stream. */
  | { place: 'body'; exchange: string; text: string }
  /** `to`: undefined while it lasts. */
  | { place: 'range'; from: number; to: number | undefined }
  | { place: 'mark'; at: number; kind: MarkKind; detail: string }
  | { place: 'listener'; type: string }
  | { place: 'stream'; stream: string; number: number; url: string };

export function atConnection({ id, number, startedAt }: Exchange): Place {
  return { place: 'connection', exchange: id, number, at: startedAt };
}

/** @param name - as it is usually written */
export function atHeader({ id, headers }: Exchange, name: string): Place {
  const value = headerOf(headers, name.toLowerCase());
  return { place: 'header', exchange: id, side: 'response', name, value };
}

/** @param name - as it is usually written */
export function atRequestHeader({ id, http }: Exchange, name: string): Place {
  const value = headerOf(http?.requestHeaders, name.toLowerCase());
  return { place: 'header', exchange: id, side: 'request', name, value };
}

export function atEntry({ id }: Exchange, ordinal: number, text?: string): Place {
  return { place: 'entry', exchange: id, ordinal, ...(text ? { text } : {}) };
}

export function atRange(from: number, to: number | undefined): Place {
  return { place: 'range', from, to };
}

export function atMark({ at, kind, detail }: Mark): Place {
  return { place: 'mark', at, kind, detail };
}

export function atStream({ id, number, url }: Stream): Place {
  return { place: 'stream', stream: id, number, url };
}

/** Start of what came instead of a stream, where it is known. */
export function atBody({ id, http }: Exchange): Place[] {
  return http?.evidence ? [{ place: 'body', exchange: id, text: http.evidence.slice(0, 500) }] : [];
}
