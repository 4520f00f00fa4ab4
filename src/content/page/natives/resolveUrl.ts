import { getter } from './reflect.ts';
import { window } from './window.ts';

const NativeURL = URL;
const urlHref = getter<URL, string>(URL.prototype, 'href');
const baseURI = getter<Node, string>(Node.prototype, 'baseURI');
/** The absolute form of a URL, resolved as the document does; the text itself when it is no URL. */
export function absoluteUrl(url: string): string {
  try {
    return urlHref(new NativeURL(url, baseURI(window.document)));
  } catch {
    return url;
  }
}
export const isUrl = (value: unknown): value is URL => {
  try {
    urlHref(value);
    return true;
  } catch {
    return false;
  }
};
export const hrefOf = urlHref;
