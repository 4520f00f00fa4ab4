import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { readTheme } from './theme.ts';
import { useSize } from './useSize.ts';

export interface PlotSeries {
  label: string;
  values: readonly (number | null)[];
  fill?: boolean;
  /** Points without a line. */
  points?: boolean;
  tone?: 'accent' | 'bad' | 'waiting';
}

export interface PlotProps {
  /** What it shows, in words. */
  label: string;
  /** Ascending; seconds since the epoch where `time`. */
  xs: readonly number[];
  series: readonly PlotSeries[];
  time?: boolean;
  /** Unit of the values. */
  unit?: string;
}

const HEIGHT = 120;

/** Values over time or in a row. */
export function Plot({ label, xs, series, time = false, unit = '' }: PlotProps) {
  const box = useRef<HTMLDivElement | null>(null);
  const { width, ref } = useSize();
  const theme = document.documentElement.dataset.theme;

  useEffect(() => {
    if (width < 80) return;
    const colors = readTheme(box.current!);
    const axis = {
      stroke: colors.text2,
      grid: { stroke: colors.line, width: 0.5 },
      ticks: { stroke: colors.line, width: 0.5, size: 4 },
      font: colors.font,
    };
    const plot = new uPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { show: false } },
        scales: { x: { time }, y: { range: (_plot, _min, max) => [0, Math.max(max * 1.05, 1e-9)] } },
        axes: [
          { ...axis, space: 80, size: 24 },
          {
            ...axis,
            size: 56,
            space: 24,
            values: (_plot, values) => values.map((v) => `${short(v)}${unit}`),
          },
        ],
        series: [
          {},
          ...series.map((one) => {
            const color = colors[one.tone ?? 'accent'];
            return {
              label: one.label,
              stroke: color,
              width: one.points ? 0 : 1.5,
              ...(one.fill ? { fill: `color-mix(in srgb, ${color} 22%, transparent)` } : {}),
              points: { show: one.points === true, size: 5, fill: color },
            };
          }),
        ],
      },
      [xs as number[], ...series.map(({ values }) => values as (number | null)[])],
      box.current!,
    );
    return () => plot.destroy();
  }, [width, theme, xs, series]);

  return (
    <div
      class="plot"
      role="img"
      aria-label={label}
      style={{ height: `${HEIGHT}px` }}
      ref={(element) => {
        box.current = element;
        ref(element);
      }}
    />
  );
}

function short(value: number): string {
  if (value >= 1e6) return `${+(value / 1e6).toFixed(1)}M`;
  if (value >= 1e3) return `${+(value / 1e3).toFixed(1)}k`;
  return String(+value.toFixed(2));
}
