/** Longer addresses are cut: an endpoint is a name to group by. */
const MOST_LENGTH = 300;
/** A segment of a path that names one thing of many: a number, a UUID, a hash, or a long name with digits in it. */
const ID =
  /^(\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,}|(?=[^/]*\d)[\w~.-]{20,})$/i;

/** Under what the streams of one purpose are counted: method, host and path, with ids in it written as `:id`. */
export function endpointOf(method: string, url: string): string {
  if (!URL.canParse(url)) return cut(`${method} ${url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//')}`);
  const { host, pathname } = new URL(url);
  const path = pathname
    .split('/')
    .map((segment) => (ID.test(segment) ? ':id' : segment))
    .join('/');
  return cut(`${method} ${host}${path}`);
}

function cut(text: string): string {
  return text.length > MOST_LENGTH ? `${text.slice(0, MOST_LENGTH)}…` : text;
}
