import { describe, expect, test } from 'vitest';
import {
  createDocumentNames,
  type FrameTree,
} from '../../../src/background/sources/debugger/documentNames.ts';
import { addNames, pageOfRequest, type RecordedPage } from '../../../src/background/tabs/pages.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** A tab whose document and frame tree the test gives, in the order in which they are asked for. */
function createTab(documents: string[], tree: () => Promise<FrameTree | undefined>) {
  const clock = new FakeClock();
  const named: [documentId: string, names: string[]][] = [];
  let asked = 0;
  const names = createDocumentNames(
    {
      shownDocument: async () => documents[Math.min(asked++, documents.length - 1)]!,
      named: async (_tab, documentId, list) => void named.push([documentId, list]),
      isNamed: (_tab, name) => named.some(([, list]) => list.includes(name)),
    },
    tree,
    clock,
  );
  return { clock, names, named };
}

const TREE: FrameTree = {
  frame: { id: 'F', loaderId: 'L' },
  childFrames: [{ frame: { id: 'G', loaderId: 'M' }, childFrames: [{ frame: { id: 'H' } }] }],
};

describe('the names that the debugger has for documents', () => {
  test('are those of the document that the tab shows before and after the answer', async () => {
    const { names, named } = createTab(['D'], async () => TREE);
    await names.ofDocument(1, 'M');
    await names.ofDocument(1, 'L');
    expect(named).toEqual([['D', ['L', 'M']]]);
  });

  test('are asked for again when the tab has gone to another page meanwhile', async () => {
    const { names, named } = createTab(['D', 'E'], async () => TREE);
    await names.look(1);
    expect(named).toEqual([['E', ['L', 'M']]]);
  });

  test('of a worker are known when it answers, and not when it is gone', async () => {
    const { names, named } = createTab(['D'], async () => TREE);
    await names.ofSession(1, 'W', async () => ({}));
    await names.ofSession(1, 'X', () => Promise.reject(new Error('Session with given id not found.')));
    expect(named).toEqual([['D', ['W']]]);
  });

  test('are not waited for where the page does not answer', async () => {
    const { clock, names, named } = createTab(['D'], () => new Promise(() => {}));
    const asked = names.ofDocument(1, 'L');
    await clock.advance(1000);
    await asked;
    expect(named).toEqual([]);
  });
});

describe('the page of a request', () => {
  const page = (documentId: string, committedAt: number): RecordedPage => ({
    session: documentId,
    documentId,
    url: 'http://a.test/',
    committedAt,
    early: false,
    connected: false,
  });
  const asking = (debuggerName: string, at: number) => ({
    documentId: '',
    parentDocumentId: '',
    debuggerName,
    documentUrl: 'http://a.test/',
    at,
  });

  test('is told by the name of its document, not by its time', () => {
    const pages = [page('A', 1000), page('B', 2000)];
    expect(addNames(pages, pages[0]!, ['L'])).toBe(true);
    expect(addNames(pages, pages[0]!, ['L'])).toBe(false);
    expect(pageOfRequest(pages, asking('L', 3000))).toBe(pages[0]);
    expect(pageOfRequest(pages, asking('M', 3000))).toBe(pages[1]);
  });

  test('is the one of which the debugger said so last', () => {
    const pages = [page('A', 1000), page('B', 2000)];
    addNames(pages, pages[0]!, ['L', 'K']);
    addNames(pages, pages[1]!, ['L']);
    expect(pageOfRequest(pages, asking('L', 1500))).toBe(pages[1]);
    expect(pageOfRequest(pages, asking('K', 2500))).toBe(pages[0]);
  });
});
