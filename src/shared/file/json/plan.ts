/** Where a value stands in the file. */
export class JsonPlace {
  /** Byte range: of an array with its brackets, of a string without its quotes. */
  readonly from: number;
  to: number;
  /** Elements of an array; 0 for anything else. */
  items = 0;

  constructor(from: number) {
    this.from = from;
    this.to = from;
  }
}

/**
 * What is wanted of a value: all of it in memory, nothing, where it stands, of an object some fields, or of an array each
 * element, handed over as soon as it is complete and then forgotten.
 */
export type Plan =
  | 'keep'
  | 'skip'
  | 'place'
  | { fields: Readonly<Record<string, Plan>>; others: Plan }
  /** `take` says whether it keeps the element. */
  | { each: Plan; take(value: unknown): boolean };
