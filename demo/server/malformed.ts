const encoder = new TextEncoder();

/** Blocks that are wrong in the ways that streams are wrong in practice. */
export function malformedBlocks(): Uint8Array[] {
  return [
    'retry: soon\n\n',
    'Data: the field names are case-sensitive\n\n',
    'event: notification\n\n',
    'id: with\0nul\ndata: {"text":"an id with NUL"}\n\n',
    'data: {"text":"\n\n',
    new Uint8Array([...encoder.encode('data: not UTF-8: '), 0xff, 0xfe, 0x0a, 0x0a]),
    '{"text":"JSON without a field name"}\n\n',
  ].map((block) => (typeof block === 'string' ? encoder.encode(block) : block));
}
