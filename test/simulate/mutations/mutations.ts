/** A fault that is put into the code by hand. The simulator has to find it. */
export interface Mutation {
  name: string;
  /** Path from the root of the project. */
  file: string;
  /** Stands exactly once in the file. */
  from: string;
  to: string;
}

const KEEP = 'src/background/keep/keep.ts';
const LEDGER = 'src/background/keep/ledger.ts';
const JOIN = 'src/background/keep/matchRequest.ts';
const WIRE = 'src/background/sources/debugger/chromeWire.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the writer does not lock',
    file: 'src/background/keep/serialQueue.ts',
    from: 'const result = last.then(work);',
    to: 'const result = Promise.resolve().then(work);',
  },
  {
    name: 'a batch that comes again is written again',
    file: KEEP,
    from: 'if (batch.sequence > progress.sequence) {',
    to: 'if (batch.sequence > 0) {',
  },
  {
    name: 'a batch is acknowledged before it is written',
    file: KEEP,
    from: '    this.#add({ origin, batch });',
    to: '    this.#add({ origin, batch });\n    this.#events.written(origin.document, batch.sequence);',
  },
  {
    name: 'a work that fails leaves the records half applied',
    file: KEEP,
    from: '        this.#ledger.forget();\n',
    to: '',
  },
  {
    name: 'the outbox sends nothing again',
    file: 'src/content/bridge/outbox.ts',
    from: '      for (const { batch } of waiting) post(batch);\n',
    to: '',
  },
  {
    name: 'a jump of the clock leaves no mark',
    file: 'src/content/bridge/rebase.ts',
    from: 'if (jump === 0) return rebased;',
    to: 'if (jump === 0 || jump !== 0) return rebased;',
  },
  {
    name: 'the wire goes on behind what the page has said',
    file: LEDGER,
    from: '    this.beginAgain(live);\n    await this.count(session, live);',
    to: '    await this.count(session, live);',
  },
  {
    name: 'an exchange that is read again begins anew',
    file: LEDGER,
    from: '      ...(tail ? { tail } : {}),\n',
    to: '',
  },
  {
    name: 'what a page reported ahead of the wire is forgotten',
    file: LEDGER,
    from: '    live.ahead.push(report);\n',
    to: '',
  },
  {
    name: 'the interval of an exchange has no upper bound',
    file: 'src/background/keep/fits.ts',
    from: 'return request.startedAt <= over + tolerance;',
    to: 'return over > 0;',
  },
  {
    name: 'a last event ID tells nothing apart',
    file: 'src/background/keep/carriesId.ts',
    from: "  if (stream.transport !== 'EventSource') return true;\n  // It may have waited",
    to: "  if (stream.transport !== '') return true;\n  // It may have waited",
  },
  {
    name: 'the youngest exchange gets the first request',
    file: JOIN,
    from: 'fitting.sort((a, b) => a.exchange.startedAt - b.exchange.startedAt || a.stream.number - b.stream.number);',
    to: 'fitting.sort((a, b) => b.exchange.startedAt - a.exchange.startedAt || b.stream.number - a.stream.number);',
  },
  {
    name: 'a request that two layers report is two',
    file: 'src/background/keep/twins.ts',
    from: 'if (isOfWire(a) === isOfWire(b)) return false;',
    to: 'if (isOfWire(a) === isOfWire(b) || a.id !== b.id) return false;',
  },
  {
    name: 'what was open when recording began takes the first request that fits',
    file: 'src/background/keep/joinLate.ts',
    from: 'if (late.length === 0) return;',
    to: 'if (late.length >= 0) return;',
  },
  {
    name: 'a page does not take over what was recorded without it',
    file: 'src/background/keep/reclaim.ts',
    from: '  if (!match) return false;',
    to: '  if (!match || match.waiting) return false;',
  },
  {
    name: 'a piece of the wire counts twice when the background comes back',
    file: WIRE,
    from: 'if (piece.bytes && !within.includes(piece)) addBytes',
    to: 'if (piece.bytes) addBytes',
  },
  {
    name: 'the wire begins again when the background comes back',
    file: WIRE,
    from: "sent: 'told', bytes: before.bytes });",
    to: "sent: 'told', bytes: 0 });",
  },
  {
    name: 'the end of a request whose document has gone is waited for without end',
    file: KEEP,
    from: 'const WIRE_ENDS_WITHIN = 5000;',
    to: 'const WIRE_ENDS_WITHIN = 5_000_000;',
  },
  {
    name: 'documents have no names',
    file: 'src/background/tabs/pages.ts',
    from: '  const known = pages.findLast(({ documentId }) => documentId === document.documentId);',
    to: '  const known = pages.findLast(() => true);',
  },
];
