import { FileError } from '../source/fileError.ts';
import type { Plan } from './plan.ts';

/** Bytes of everything that is kept, and a few for each value. */
const MOST_KEPT = 256 << 20;
const VALUE_COST = 32;
/** Deeper than that, nothing is kept. */
const MOST_DEPTH = 64;

/** An array or object that is being read. */
interface Frame {
  value: Record<string, unknown> | unknown[];
  isList: boolean;
  plan: Plan;
  /** Of an object: the key whose value comes next. */
  key: string;
  /** What had been kept before the element that is read now. */
  keptBefore: number;
}

/** Builds of a JSON text what the plan wants to keep. */
export class ValueBuilder {
  root: unknown;
  /** The root is complete. */
  done = false;
  readonly #rootPlan: Plan;
  readonly #frames: Frame[] = [];
  #kept = 0;

  constructor(rootPlan: Plan) {
    this.#rootPlan = rootPlan;
  }

  /** Whether what is read now is inside an array or object. */
  isInside(): boolean {
    return this.#frames.length > 0;
  }

  isInList(): boolean {
    return this.#frames.at(-1)?.isList === true;
  }

  /** The plan of the value that comes next. */
  plan(): Plan {
    const frame = this.#frames.at(-1);
    if (!frame) return this.#rootPlan;
    const { plan } = frame;
    if (typeof plan === 'string') return this.#frames.length > MOST_DEPTH ? 'skip' : plan;
    if ('each' in plan) return frame.isList ? plan.each : 'skip';
    if (frame.isList) return 'skip';
    return Object.hasOwn(plan.fields, frame.key) ? plan.fields[frame.key]! : plan.others;
  }

  begin(isList: boolean, plan: Plan): void {
    this.#frames.push({ value: isList ? [] : {}, isList, plan, key: '', keptBefore: this.#kept });
  }

  /** The innermost array or object is complete. */
  end(): void {
    this.put(this.#frames.pop()!.value);
  }

  /** @param size - bytes */
  key(text: string, size: number): void {
    this.#kept += size;
    this.#frames.at(-1)!.key = text;
  }

  /**
   * A value is complete.
   *
   * @param value - undefined where it is skipped
   * @param size - bytes
   */
  put(value: unknown, size = 0): void {
    this.#kept += size;
    const frame = this.#frames.at(-1);
    if (!frame) {
      this.root = value;
      this.done = true;
      return;
    }
    if (typeof frame.plan === 'object' && 'each' in frame.plan) {
      if (frame.isList && !frame.plan.take(value)) this.#kept = frame.keptBefore;
      frame.keptBefore = this.#kept;
      return;
    }
    if (value === undefined) return;
    this.#kept += VALUE_COST;
    if (this.#kept > MOST_KEPT) throw new FileError('There is too much in this file besides its streams.');
    if (Array.isArray(frame.value)) frame.value.push(value);
    // Not by assignment: `__proto__` is a key like any other.
    else {
      const field = { value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(frame.value, frame.key, field);
    }
  }
}
