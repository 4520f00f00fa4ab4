import type { HttpRequest } from '../../shared/store/schema.ts';

/**
 * Which main document of a tab something belongs to. The browser names documents: two reports that carry the same name
 * are of one document, whichever comes first. Only for browsers without such names (Firefox before 150) the order and
 * the times of the reports decide.
 */

/** A main document of a tab, and the session into which it is recorded. */
export interface RecordedPage {
  session: string;
  /** The browser's name of the document; '' when it is not known. */
  documentId: string;
  /** The names of documents of frames below it, of those that were added last; missing in states of earlier versions. */
  frames?: string[];
  /** What the debugger names the documents and workers of it that were seen last. */
  debuggerNames?: string[];
  url: string;
  /** When the browser showed it, as far as that is known, ms since the epoch. */
  committedAt: number;
  /** It is known by other ways, and the browser has not reported the navigation yet. */
  early: boolean;
  /** A bridge of it has connected. */
  connected: boolean;
  /** When the browser answered that it shows this one: its navigation came before that, and may be reported later. */
  foundAt?: number;
}

/** The browser has put another document into the main frame. */
export interface Committed {
  documentId: string;
  url: string;
  /** ms since the epoch. */
  at: number;
}

/** What is known of the document that sends a request. */
export interface Asking {
  /** The browser's name of the document; '' where it does not say, and for a worker. */
  documentId: string;
  /** Of the document above it, where it is a frame's; '' otherwise. */
  parentDocumentId: string;
  /** What the debugger names the document, the worker or the frame of another process; missing where it does not say. */
  debuggerName?: string;
  /** Of the document or worker, as far as the browser tells. */
  documentUrl: string;
  /** When the request began, ms since the epoch. */
  at: number;
}

/** What is known of the document that has sent this request. */
export function askingOf(request: HttpRequest): Asking {
  const { documentId = '', parentDocumentId = '', debuggerName = '', documentUrl, startedAt: at } = request;
  return { documentId, parentDocumentId, debuggerName, documentUrl, at };
}

/** A bridge has connected. */
export interface Connected {
  documentId: string;
  url: string;
  top: boolean;
  /** When the document began to run, or was shown again, ms since the epoch. */
  beganAt: number;
}

/** Times of the page's process and of the browser's are so far apart at most, ms. */
const CLOSE = 1000;
/** Frames that are remembered of one page. */
const MAX_FRAMES = 200;
/** Pages that are remembered: reports of earlier ones are not to be expected. */
const MAX_PAGES = 20;

/** The page that a report of a navigation speaks of; undefined when it is a new one. */
export function pageOfCommit(pages: readonly RecordedPage[], commit: Committed): RecordedPage | undefined {
  const last = pages.at(-1);
  if (!last) return undefined;
  if (commit.documentId && last.documentId) {
    return pages.findLast(
      (page) =>
        page.documentId === commit.documentId &&
        (page === last || (page.early && commit.at <= (page.foundAt ?? Infinity))),
    );
  }
  return last.early && last.url === commit.url ? last : undefined;
}

/** The page to which a connected document belongs; undefined when that is a new one, not reported yet. */
export function pageOfDocument(
  pages: readonly RecordedPage[],
  document: Connected,
): RecordedPage | undefined {
  const last = pages.at(-1);
  if (!last) return undefined;
  if (!document.top) return pageAt(pages, document.beganAt);
  if (document.documentId === '') {
    const isLast = !last.connected || (last.documentId === '' && last.committedAt >= document.beganAt);
    return isLast ? last : undefined;
  }
  const known = pages.findLast(({ documentId }) => documentId === document.documentId);
  // A document that comes back from the back/forward cache is a new page: it began again after a later one.
  if (known) return known === last || pageAt(pages, document.beganAt) !== last ? known : undefined;
  // The document that was there when recording began had no name yet.
  if (last.documentId === '' && !last.connected) return last;
  if (document.beganAt >= last.committedAt) return undefined;
  // What has another name was gone before it was reported.
  const shown = pageAt(pages, document.beganAt);
  return shown?.documentId === '' ? shown : undefined;
}

/** The page to which a request belongs. */
export function pageOfRequest(pages: readonly RecordedPage[], request: Asking): RecordedPage | undefined {
  // Firefox takes what is above a frame now for its parent: what was there when the frame was made is asked first.
  const named = pageAbove(pages, request.documentId) ?? pageAbove(pages, request.parentDocumentId);
  if (named) return named;
  const byDebugger = pageOfName(pages, request.debuggerName ?? '');
  if (byDebugger) return byDebugger;
  const shown = pageAt(pages, request.at);
  if (!shown || shown.url === request.documentUrl) return shown;
  // Close to a navigation the times do not say which of the documents asked: its address may.
  const near = pages.filter(({ url }) => url === request.documentUrl);
  near.sort((a, b) => distance(pages, a, request.at) - distance(pages, b, request.at));
  return near[0] && distance(pages, near[0], request.at) <= CLOSE ? near[0] : shown;
}

/** How far a moment is from the time in which a page was shown, ms. A clock that was set a little makes it end before it begins. */
function distance(pages: readonly RecordedPage[], page: RecordedPage, at: number): number {
  const ended = pages[pages.indexOf(page) + 1]?.committedAt ?? Infinity;
  const [from, to] = [Math.min(page.committedAt, ended), Math.max(page.committedAt, ended)];
  return Math.max(0, from - at, at - to);
}

/** The page of which this document is, or a frame below it; undefined when the browser has not told. */
export function pageAbove(pages: readonly RecordedPage[], documentId: string): RecordedPage | undefined {
  if (documentId === '') return undefined;
  const named = pages.findLast((page) => page.documentId === documentId);
  if (named) return named;
  const above = pages.findLast(({ frames }) => frames?.includes(documentId));
  // It may have come back from the back/forward cache, and its frames with it.
  return above?.documentId ? pages.findLast((page) => page.documentId === above.documentId) : above;
}

/** The page in which the debugger names something so; undefined when that is not known. */
export function pageOfName(pages: readonly RecordedPage[], name: string): RecordedPage | undefined {
  if (name === '') return undefined;
  const named = pages.findLast(({ debuggerNames }) => debuggerNames?.includes(name));
  // It may have come back from the back/forward cache.
  return named?.documentId ? pages.findLast((page) => page.documentId === named.documentId) : named;
}

/**
 * These are names of the debugger in this page, whatever was taken for true before.
 *
 * @returns whether that is news
 */
export function addNames(pages: readonly RecordedPage[], page: RecordedPage, names: string[]): boolean {
  const fresh = names.filter((name) => pageOfName(pages, name) !== page);
  if (fresh.length === 0) return false;
  for (const other of pages) {
    if (other.debuggerNames)
      other.debuggerNames = other.debuggerNames.filter((name) => !fresh.includes(name));
  }
  page.debuggerNames = [...(page.debuggerNames ?? []), ...fresh].slice(-MAX_FRAMES);
  return true;
}

/** @returns whether that is news */
export function addFrame(page: RecordedPage, documentId: string): boolean {
  if (documentId === '' || page.frames?.includes(documentId)) return false;
  page.frames = [...(page.frames ?? []), documentId].slice(-MAX_FRAMES);
  return true;
}

/** The page that was shown at that time, or the first one. */
function pageAt(pages: readonly RecordedPage[], at: number): RecordedPage | undefined {
  return pages.findLast(({ committedAt }) => committedAt <= at) ?? pages[0];
}

/** Pages stand in the order in which they were shown: one that was gone before it was reported stands before others. */
export function addPage(pages: RecordedPage[], page: RecordedPage): void {
  const before = pages.findLastIndex(({ early, committedAt }) => {
    // Navigations are reported in their order: one that is still to be reported comes later, at the same moment too.
    if (!page.early) return !early || committedAt < page.committedAt;
    return committedAt <= page.committedAt;
  });
  pages.splice(before + 1, 0, page);
  if (pages.length > MAX_PAGES) pages.shift();
}
