/** The origin of a URL, serialised; '' where it is no URL. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
