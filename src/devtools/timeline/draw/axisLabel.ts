/** A time on the axis, as exact as its steps are: 09:05, 09:05:07, 09:05:07.120. */
export function axisLabel(time: number, step: number): string {
  const date = new Date(time);
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step >= 60_000) return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  return step >= 1000 ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
