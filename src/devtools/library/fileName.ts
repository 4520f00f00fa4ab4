/** A name for a file: host and path of what is in it, the local time, the format. */
export function fileName(url: string, time: number, format: string): string {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '' };
  const place = `${host}${pathname}`
    .replace(/[^\p{L}\p{N}.-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  const date = new Date(time);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const clock = `${two(date.getHours())}.${two(date.getMinutes())}.${two(date.getSeconds())}`;
  return `${place || 'session'} ${day} ${clock}.${format}`;
}
