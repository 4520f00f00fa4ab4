import type { Mask, PathStep } from './parseMasks.ts';

/** A part of a text, in UTF-16 units, and what kind of value it is. */
export interface MaskedRange {
  from: number;
  to: number;
  /** `text` is masked unit by unit; of a number the digits; a word (`true`) becomes `null`. */
  kind: 'text' | 'number' | 'word';
}

/** What of an event's data has to be masked, in ascending order of its beginning; ranges may overlap. */
export function maskedRanges(data: string, masks: readonly Mask[]): MaskedRange[] {
  const ranges: MaskedRange[] = [];
  const paths: PathStep[][] = [];
  for (const mask of masks) {
    if ('path' in mask) paths.push(mask.path);
    else {
      for (const match of data.matchAll(mask.pattern)) {
        if (match[0] !== '')
          ranges.push({ from: match.index, to: match.index + match[0].length, kind: 'text' });
      }
    }
  }
  if (paths.length > 0 && /^\s*[{[]/.test(data)) walk(data, paths, ranges);
  return ranges.sort((a, b) => a.from - b.from);
}

const TOKEN = /\s*(?:([{}[\],:])|"([^"\\]*(?:\\.[^"\\]*)*)"|(-?\d[\d.eE+-]*)|(true|false|null))/sy;

/** Deeper than that, all is masked that is below a path, and no path leads on. */
const MOST_DEPTH = 200;

/** Goes through JSON for as long as it is JSON. */
function walk(data: string, paths: readonly PathStep[][], ranges: MaskedRange[]): void {
  TOKEN.lastIndex = 0;
  let token = next();

  function next(): RegExpExecArray | null {
    return TOKEN.exec(data);
  }

  /**
   * @param open - for each path that may still lead here or below, the steps that are left
   * @param hit - a path has led here: all of it is masked
   * @returns whether the text was JSON so far
   */
  function value(open: readonly (readonly PathStep[])[], hit: boolean, depth: number): boolean {
    if (!token || depth > MOST_DEPTH) return false;
    const [, sign, text, number, word] = token;
    if (sign === '{' || sign === '[') return container(sign === '[', open, hit, depth);
    if (sign) return false;
    if (hit) {
      const end = TOKEN.lastIndex;
      if (text !== undefined) ranges.push({ from: end - 1 - text.length, to: end - 1, kind: 'text' });
      else if (number !== undefined) ranges.push({ from: end - number.length, to: end, kind: 'number' });
      else if (word && word !== 'null') ranges.push({ from: end - word.length, to: end, kind: 'word' });
    }
    token = next();
    return true;
  }

  function container(
    isList: boolean,
    open: readonly (readonly PathStep[])[],
    hit: boolean,
    depth: number,
  ): boolean {
    const close = isList ? ']' : '}';
    token = next();
    if (token?.[1] === close) {
      token = next();
      return true;
    }
    for (let index = 0; ; index++) {
      let name: string | undefined;
      if (!isList) {
        if (token?.[2] === undefined) return false;
        name = unescaped(token[2]);
        token = next();
        if (token?.[1] !== ':') return false;
        token = next();
      }
      const below: (readonly PathStep[])[] = [];
      let here = hit;
      for (const steps of open) {
        const [step, ...rest] = steps;
        if (!step) continue;
        if ('below' in step) below.push(steps);
        const leads =
          'any' in step ||
          ('index' in step
            ? isList && step.index === index
            : ('below' in step ? step.below : step.name) === name);
        if (!leads) continue;
        if (rest.length === 0) here = true;
        else below.push(rest);
      }
      if (!value(below, here, depth + 1)) return false;
      if (token?.[1] === close) {
        token = next();
        return true;
      }
      if (token?.[1] !== ',') return false;
      token = next();
    }
  }

  value(paths, false, 0);
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return text;
  }
}
