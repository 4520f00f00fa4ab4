export type JsonObject = Record<string, unknown>;

/** @returns undefined where the text is no JSON object or array */
export function parseJson(text: string): unknown {
  const first = /^\s*[[{"]/.test(text);
  if (!first) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; one without fields where it is none. */
export function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function array(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value where it is a string; '' where it is none. */
export function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value where it is a finite number. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The value where it is a string with something in it. */
export function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
