import type { ParserState } from './types.ts';

export const NO_BYTES = new Uint8Array(0);

/** The state before the first byte. `lastEventId` is the one that the client already has from before. */
export function initialParserState(lastEventId = ''): ParserState {
  return {
    offset: 0,
    lineStart: 0,
    blockStart: 0,
    head: NO_BYTES,
    afterCr: false,
    firstLine: true,
    utf8Need: 0,
    utf8Low: 0x80,
    utf8High: 0xbf,
    lineInvalid: false,
    // "When a stream is parsed, a data buffer, an event type buffer, and a last event ID buffer must be
    // associated with it. They must be initialized to the empty string."
    hasData: false,
    dataSize: 0,
    dataStart: -1,
    type: '',
    hasField: false,
    idStart: -1,
    idEnd: -1,
    // Beyond the standard, with both browsers: after a reconnection the last event ID of before still holds.
    id: lastEventId,
    lastEventId,
  };
}
