import type { Usage } from './assembled.ts';
import { isObject, type JsonObject, number, object } from './json.ts';

/**
 * Takes a report of usage over: "per field the last value wins that is neither null nor a zero after a non-zero". It is never summed
 * inside one answer.
 */
export function mergeUsage(into: JsonObject, from: unknown): void {
  for (const [name, value] of Object.entries(object(from))) {
    if (value === null || value === undefined) continue;
    const before = into[name];
    if (isObject(value)) {
      const inner = isObject(before) ? before : {};
      mergeUsage(inner, value);
      into[name] = inner;
    } else if (value !== 0 || !before) into[name] = value;
  }
}

/** The same fields under one set of names. @returns null where nothing came */
export function usageOf(raw: JsonObject, read: (raw: JsonObject) => Omit<Usage, 'raw'>): Usage | null {
  if (Object.keys(raw).length === 0) return null;
  const usage: Usage = { ...read(raw), raw };
  for (const [name, value] of Object.entries(usage))
    if (value === undefined) delete usage[name as keyof Usage];
  return usage;
}

/** Prompt and completion tokens, as OpenAI's chat format and most of its relatives name them. */
export function chatUsage(raw: JsonObject): Omit<Usage, 'raw'> {
  return defined({
    input: number(raw.prompt_tokens),
    output: number(raw.completion_tokens),
    reasoning: number(object(raw.completion_tokens_details).reasoning_tokens),
    cached: number(object(raw.prompt_tokens_details).cached_tokens),
    total: number(raw.total_tokens),
  });
}

/** Input and output tokens, as the Responses format names them. */
export function tokenUsage(raw: JsonObject): Omit<Usage, 'raw'> {
  return defined({
    input: number(raw.input_tokens),
    output: number(raw.output_tokens),
    reasoning: number(object(raw.output_tokens_details).reasoning_tokens),
    cached: number(object(raw.input_tokens_details).cached_tokens),
    total: number(raw.total_tokens),
  });
}

/** Without the fields that are not known. */
export function defined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  const out: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) {
    if (fields[name] !== undefined) out[name] = fields[name] as T[keyof T];
  }
  return out;
}

/** The sum of what is known; undefined where nothing is. */
export function sum(...values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
