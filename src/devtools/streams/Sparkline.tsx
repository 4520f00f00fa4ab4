const WIDTH = 30;
const HEIGHT = 12;

/** A few numbers as a line, the last one at the right. Beside the number itself: hidden from screen readers. */
export function Sparkline({ values }: { values: readonly number[] | undefined }) {
  if (!values || values.length < 2 || values.every((value) => value === 0)) return null;
  const most = values.reduce((max, value) => Math.max(max, value), 0);
  const step = WIDTH / (values.length - 1);
  const points = values.map(
    (value, i) => `${(i * step).toFixed(1)},${(HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1)}`,
  );
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" stroke-width="1" />
    </svg>
  );
}
