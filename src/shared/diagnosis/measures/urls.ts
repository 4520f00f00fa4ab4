/** Host and port of an address; '' when it is none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

/** Whether a request is sent to another origin than that of its document; false where one of them is not known. */
export function isCrossOrigin(documentUrl: string, url: string): boolean {
  if (!URL.canParse(documentUrl) || !URL.canParse(url)) return false;
  return new URL(documentUrl).origin !== new URL(url).origin;
}

/** HTTP/1.0 or HTTP/1.1: one response at a time on a connection. False where it is not known. */
export function isHttp1(protocol: string | undefined): boolean {
  return /^http\/1/i.test(protocol ?? '');
}
