/** What a stored block says. */
export interface StoredBlock {
  /** `<connection>.<n>`; '' for a block without one, as the server's first one. */
  name: string;
  kind: 'event' | 'comment';
  data: string;
}

/** Blocks that are complete, as a client reads them: only what the server of the soak sends is known here. */
export function readBlocks(text: string): StoredBlock[] {
  const blocks: StoredBlock[] = [];
  for (const block of text.split('\n\n').slice(0, -1)) {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    const comment = /^: (c\d+\.\d+)$/m.exec(block)?.[1];
    if (data === undefined) {
      if (comment !== undefined) blocks.push({ name: comment, kind: 'comment', data: '' });
      continue;
    }
    const name = /^c\d+\.\d+/.exec(data)?.[0] ?? /^id: (.*)$/m.exec(block)?.[1] ?? '';
    blocks.push({ name, kind: 'event', data });
  }
  return blocks;
}

export function connectionOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf('.')));
}

export function numberOf(name: string): number {
  return Number(name.slice(name.indexOf('.') + 1));
}
