import type { CDPSession } from 'playwright';

/** Least time of several rounds, ms: of two programs on one machine, the least disturbed runs are compared. */
export function best(rounds: readonly number[]): number {
  return Math.min(...rounds);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The value below which `p` percent of the values lie. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
}

/** Processor time of the main thread of a page so far, ms. `Performance.enable` comes before. */
export async function threadTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ThreadTime')!.value * 1000;
}

/** Runs the candidates in turn, round after round, so that what disturbs the machine disturbs them alike. */
export function inTurn<K extends string>(
  candidates: Record<K, () => number>,
  rounds: number,
): Record<K, number[]> {
  const times = {} as Record<K, number[]>;
  const names = Object.keys(candidates) as K[];
  for (const name of names) times[name] = [];
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const time = candidates[name]();
      if (round >= 0) times[name].push(time);
    }
  }
  return times;
}

/** Prints rows as a table, and all figures as one JSON object in the last line. */
export function report(rows: Record<string, string | number>[], figures: Record<string, number>): void {
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (cells: (string | number)[]) =>
    cells
      .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]!) : String(cell).padStart(widths[i]!)))
      .join('  ');
  console.log(line(columns));
  console.log(widths.map((width) => '─'.repeat(width)).join('  '));
  for (const row of rows) console.log(line(columns.map((column) => row[column] ?? '')));
  console.log(JSON.stringify(figures));
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
