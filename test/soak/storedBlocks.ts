/** What a stored block says. */
export interface StoredBlock {
  /** `<connection>.<n>`; '' for one that says none. */
  name: string;
  kind: 'event' | 'comment';
  data: string;
}

/** The blocks of which the index says where they stand. Only what the server of the soak sends is known here. */
export function readEntries(bytes: Buffer, entries: readonly [start: number, end: number][]): StoredBlock[] {
  return entries.map(([start, end]) => {
    const block = bytes.toString('utf8', start, end);
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data === undefined) {
      return { name: /^: (c\d+\.\d+)$/m.exec(block)?.[1] ?? '', kind: 'comment', data: '' };
    }
    const name = /^c\d+\.\d+/.exec(data)?.[0] ?? /^id: (.*)$/m.exec(block)?.[1] ?? '';
    return { name, kind: 'event', data };
  });
}

export function connectionOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf('.')));
}

export function numberOf(name: string): number {
  return Number(name.slice(name.indexOf('.') + 1));
}
