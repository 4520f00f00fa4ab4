import type { PageFact } from '../../shared/protocol/pageLink.ts';
import type { EndCause, MarkKind, Transport } from '../../shared/session/types.ts';
import { decodeData } from './decodeData.ts';
import type { PageMemory } from './memory.ts';
import { boundedText, headerList, isOneOf, type PageFields } from './untrustedValues.ts';

const MAX_URL = 65_536;
const MAX_STACK = 16_384;

const MAX_TEXT = 4096;

/**
 * @param memory - where the page tap may have left bytes: they are copied before this call returns
 * @returns undefined for what is malformed
 */
export function decodeFact(fact: PageFields, memory: PageMemory): PageFact | undefined {
  const stream = fact.stream;
  if (typeof stream !== 'number' || !Number.isInteger(stream) || stream < 0 || stream > 2 ** 31)
    return undefined;
  return decodeData(fact, stream, memory) ?? decodeLife(fact, stream);
}

/** Facts of the life of a stream or of the page: each has its time. */
function decodeLife(fact: PageFields, stream: number): PageFact | undefined {
  const { at } = fact;
  if (typeof at !== 'number' || !Number.isFinite(at)) return undefined;
  switch (fact.type) {
    case 'StreamOpened': {
      const { transport, late } = fact;
      if (!isOneOf(TRANSPORTS, transport)) return undefined;
      return {
        type: 'StreamOpened',
        stream,
        at,
        transport,
        method: boundedText(fact.method, 50),
        url: boundedText(fact.url, MAX_URL),
        stack: withoutOwnFrames(boundedText(fact.stack, MAX_STACK)),
        late: late === true,
      };
    }
    case 'ExchangeStarted':
      return { type: 'ExchangeStarted', stream, at };
    case 'ExchangeResponded': {
      const { status } = fact;
      return {
        type: 'ExchangeResponded',
        stream,
        at,
        status: typeof status === 'number' && status >= 0 && status < 1000 ? Math.floor(status) : 0,
        url: boundedText(fact.url, MAX_URL),
        headers: headerList(fact.headers),
      };
    }
    case 'ExchangeEnded': {
      const { cause } = fact;
      if (!isOneOf(END_CAUSES, cause)) return undefined;
      const error = boundedText(fact.error, MAX_TEXT);
      return { type: 'ExchangeEnded', stream, at, cause, final: fact.final === true, error };
    }
    case 'ListenerAdded':
      return { type: 'ListenerAdded', stream, at, event: boundedText(fact.event, MAX_TEXT) };
    case 'PageMarked': {
      const { kind } = fact;
      if (!isOneOf(MARK_KINDS, kind)) return undefined;
      return { type: 'PageMarked', stream, at, kind, detail: boundedText(fact.detail, MAX_TEXT) };
    }
    case 'DataLost': {
      const { count } = fact;
      return {
        type: 'DataLost',
        stream,
        at,
        count: typeof count === 'number' && count >= 0 && Number.isSafeInteger(count) ? count : 0,
        reason: boundedText(fact.reason, MAX_TEXT),
      };
    }
  }
  return undefined;
}

const TRANSPORTS: readonly Transport[] = ['EventSource', 'fetch', 'XMLHttpRequest'];
const END_CAUSES: readonly EndCause[] = ['end', 'error', 'disconnect', 'close', 'abort', 'cancel', 'unload'];
const MARK_KINDS: readonly MarkKind[] = ['visibility', 'online', 'offline', 'freeze', 'resume'];

/** The lines of a call stack without those of the extension: Firefox has no name for a script in the page's world. */
function withoutOwnFrames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/(?:chrome|moz)-extension:\/\/|@<anonymous code>:\d/.test(line))
    .join('\n');
}
