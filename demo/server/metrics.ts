/** What pages report about their streams, by beacon. Bounded: old reports go. */
export class Metrics {
  readonly #reports: unknown[] = [];
  readonly #errors: unknown[] = [];

  addReport(report: unknown): void {
    this.#add(this.#reports, report);
  }

  addError(error: unknown): void {
    this.#add(this.#errors, error);
  }

  summary(): { reports: number; errors: number; lastReport: unknown; lastErrors: unknown[] } {
    return {
      reports: this.#reports.length,
      errors: this.#errors.length,
      lastReport: this.#reports.at(-1) ?? null,
      lastErrors: this.#errors.slice(-10),
    };
  }

  #add(list: unknown[], value: unknown): void {
    list.push(value);
    if (list.length > 1000) list.shift();
  }
}
