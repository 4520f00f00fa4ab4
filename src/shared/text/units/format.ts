const bytesFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const countFormat = new Intl.NumberFormat('en');

/** 1,234 */
export function formatCount(count: number): string {
  return countFormat.format(count);
}

/** 999 B, 1.5 kB, 12.3 MB: powers of 1,000, as the browsers' network panels have it. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${bytesFormat.format(value)} ${units[unit]}`;
}

/** Time of day in local time, with ms: 09:05:07.123 */
export function formatTime(time: number): string {
  const date = new Date(time);
  const two = (n: number) => String(n).padStart(2, '0');
  const ms = String(Math.floor(time % 1000)).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** A length of time, ms: +0.4 ms, +12 ms, +1.25 s, +2 min 3 s, +8 h 0 min */
export function formatDelta(ms: number): string {
  if (ms < 10) return `+${ms.toFixed(1)} ms`;
  if (ms < 1000) return `+${Math.round(ms)} ms`;
  if (ms < 60_000) return `+${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `+${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `+${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A length of time, ms: 0.4 ms, 12 ms, 1.25 s, 2 min 3 s */
export function formatDuration(ms: number): string {
  return formatDelta(ms).slice(1);
}

/** Events per second: 0, 0.4, 12, 1,200 */
export function formatRate(rate: number): string {
  if (rate === 0) return '0/s';
  return `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;
}

/** The part of an address that tells streams apart: path and query; the host too when it is another's. */
export function shortUrl(url: string, pageUrl: string): string {
  try {
    const { host, pathname, search } = new URL(url);
    const own = pageUrl ? new URL(pageUrl).host : '';
    return (host === own ? '' : host) + pathname + search;
  } catch {
    return url;
  }
}
