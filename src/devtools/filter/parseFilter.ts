import { EntryKind } from '../../shared/sse/types.ts';
import { KIND_NAMES } from '../reading/entryWords.ts';

export type Comparator = '=' | '!=' | '>' | '>=' | '<' | '<=';

/** One condition of a filter. Words are in lower case: the case of letters does not matter. */
export type FilterCondition =
  | { by: 'text'; word: string }
  | { by: 'regex'; regex: RegExp }
  /** `*` stands for anything. */
  | { by: 'type' | 'id'; word: string; pattern: RegExp }
  | { by: 'kind'; kind: EntryKind }
  /** Bytes, or ms since the entry before. */
  | { by: 'size' | 'gap'; is: Comparator; than: number }
  | { by: 'exchange'; number: number }
  /** Without a comparison: there is such a value. */
  | { by: 'json'; path: (string | number)[]; is: Comparator | undefined; than: string };

export type Term = FilterCondition & { negated: boolean };

/** What a filter asks for: an entry stays when all terms hold. */
export interface Filter {
  terms: Term[];
  /** What cannot be understood, in a sentence; '' when all can. Those terms are left out. */
  problem: string;
}

/** A word of a filter and where it stands. */
export interface Token {
  text: string;
  from: number;
  to: number;
}

/** Names that may stand before a colon or a comparison. */
export const FILTER_NAMES = ['type', 'id', 'kind', 'size', 'gap', 'json', 'exchange'] as const;
type FilterName = (typeof FILTER_NAMES)[number];

/**
 * Reads a filter: words (`error`), phrases (`"not found"`), `/regular expressions/i`, `type:price`, `id:12*`,
 * `kind:comment`, `size>10kB`, `gap>=2s`, `exchange:2`, `json:$.user.name=Ada`; each may be negated by a minus.
 * What is not finished yet (`type:`) does not count.
 */
export function parseFilter(text: string): Filter {
  const terms: Term[] = [];
  let problem = '';
  for (const token of tokens(text)) {
    const negated = /^-[^\s]/.test(token.text);
    const condition = conditionOf(negated ? token.text.slice(1) : token.text);
    if (typeof condition === 'string') problem ||= condition;
    else if (condition) terms.push({ ...condition, negated });
  }
  return { terms, problem };
}

/** Tried in this order. A quote within a word is one: `"n":7` is looked for as it stands. */
const TOKEN = new RegExp(
  [
    String.raw`-?/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+/[dgimsuvy]*(?=\s|$)`,
    String.raw`-?"[^"]*(?:"(?=\s|$)|$)`,
    String.raw`-?[a-z]+[:<>=!][^\s"]*"[^"]*"(?=\s|$)`,
    String.raw`\S+`,
  ].join('|'),
  'gi',
);

/** The words of a filter: separated by spaces, but for those within phrases and regular expressions. */
export function tokens(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((match) => ({
    text: match[0],
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** @returns a sentence when it cannot be understood, nothing when it says nothing yet */
function conditionOf(token: string): FilterCondition | string | undefined {
  const regex = /^\/(.+)\/([dgimsuvy]*)$/s.exec(token);
  if (regex) return regexOf(regex[1]!, regex[2]!);
  const named = /^([a-z]+)(:|>=|<=|!=|>|<|=)(.*)$/is.exec(token);
  const name = named?.[1]?.toLowerCase() as FilterName | undefined;
  if (!named || !name || !FILTER_NAMES.includes(name)) {
    // A phrase ends with its quote, or is still being written.
    const word = (/^"[^"]*"?$/.test(token) ? unquoted(token) : token).toLowerCase();
    return word === '' ? undefined : { by: 'text', word };
  }
  const is = named[2] === ':' ? '=' : (named[2] as Comparator);
  const value = unquoted(named[3]!);
  if (name === 'json') return jsonOf(named[3]!);
  // `size:>10` reads as well as `size>10`.
  const inner = /^(>=|<=|!=|>|<|=)(.*)$/s.exec(value);
  const comparison = inner ? (inner[1] as Comparator) : is;
  const operand = (inner ? inner[2]! : value).trim();
  if (operand === '') return undefined;
  switch (name) {
    case 'type':
    case 'id':
      return { by: name, word: operand.toLowerCase(), pattern: wildcard(operand) };
    case 'kind': {
      const kinds = Object.values(EntryKind).filter((kind) =>
        KIND_NAMES[kind].startsWith(operand.toLowerCase()),
      );
      if (kinds.length === 1) return { by: 'kind', kind: kinds[0]! };
      return `There is no kind “${operand}”: there are ${Object.values(KIND_NAMES).join(', ')}.`;
    }
    case 'size':
    case 'gap': {
      const than = name === 'size' ? sizeOf(operand) : durationOf(operand);
      if (than !== undefined) return { by: name, is: comparison, than };
      return name === 'size'
        ? `“${operand}” is no size: 200, 1.5kB, 2MB.`
        : `“${operand}” is no length of time: 200ms, 1.5s, 2min.`;
    }
    case 'exchange': {
      const number = Number(operand);
      return Number.isInteger(number)
        ? { by: 'exchange', number }
        : `“${operand}” is no number of an exchange.`;
    }
  }
}

function regexOf(source: string, flags: string): FilterCondition | string | undefined {
  try {
    // A position that is remembered from entry to entry would skip some.
    return { by: 'regex', regex: new RegExp(source, flags.replace(/[gy]/g, '')) };
  } catch (error) {
    return `/${source}/${flags} is no regular expression: ${(error as Error).message.replace(/^.*: /s, '')}.`;
  }
}

function wildcard(word: string): RegExp {
  const source = word.split('*').map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'is');
}

function jsonOf(text: string): FilterCondition | string | undefined {
  const match = /^(\$?(?:\.?[^\s.[\]=<>!"]+|\[\d+\]|\["[^"]*"\])*)(?:(>=|<=|!=|>|<|=)(.*))?$/s.exec(text);
  if (text === '' || text === '$' || text === '$.') return undefined;
  if (!match) return `“${text}” is no path into JSON: $.user.name, $.items[0].id=7.`;
  const path = [...match[1]!.replace(/^\$/, '').matchAll(/\["([^"]*)"\]|\[(\d+)\]|\.?([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => (index !== undefined ? Number(index) : (quoted ?? name!)),
  );
  return { by: 'json', path, is: match[2] as Comparator | undefined, than: unquoted(match[3] ?? '') };
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

const SIZE_UNITS: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  kib: 1024,
  mib: 1024 ** 2,
};
const TIME_UNITS: Record<string, number> = { '': 1, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

function sizeOf(text: string): number | undefined {
  return quantityOf(text, SIZE_UNITS);
}

function durationOf(text: string): number | undefined {
  return quantityOf(text, TIME_UNITS);
}

function quantityOf(text: string, units: Record<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text);
  const unit = match && units[match[2]!.toLowerCase()];
  return match && unit !== undefined && unit !== null ? Number(match[1]) * unit : undefined;
}

export function compare(a: number, is: Comparator, b: number): boolean {
  switch (is) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
  }
}
