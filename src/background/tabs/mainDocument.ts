import type { WebNavigation } from 'webextension-polyfill';

/** The part of the browser's answer that names documents; the polyfill's types do not know it yet. */
interface Frame {
  url: string;
  documentId?: string;
  parentDocumentId?: string;
  parentFrameId?: number;
}

/** Frames within frames are followed so far up. */
const MAX_DEPTH = 20;

/** The main document above a document of a frame; undefined when a frame is gone, or the browser has no names. */
export async function findMainDocument(
  webNavigation: WebNavigation.Static,
  tab: number,
  documentId: string,
): Promise<{ documentId: string; url: string } | undefined> {
  let id: string | undefined = documentId;
  for (let depth = 0; id && depth < MAX_DEPTH; depth++) {
    // With a document's name, its frame's number is not needed in Chromium, and its tab's helps Firefox.
    const details: object = { tabId: tab, documentId: id };
    const frame = (await webNavigation.getFrame(
      details as WebNavigation.GetFrameDetailsType,
    )) as Frame | null;
    if (!frame) return undefined;
    if (frame.parentFrameId === undefined || frame.parentFrameId < 0) {
      return { documentId: frame.documentId ?? id, url: frame.url };
    }
    id = frame.parentDocumentId;
  }
  return undefined;
}
