import { KIND_NAMES } from '../reading/entryWords.ts';
import { tokens } from './parseFilter.ts';

/** What may be put in place of the word at the caret. */
export interface Completion {
  from: number;
  to: number;
  text: string;
  /** What it means. */
  hint: string;
}

const NAMES: [text: string, hint: string][] = [
  ['type:', 'event type, * for anything'],
  ['id:', 'last event ID, * for anything'],
  ['kind:', 'event, comment, retry, problem, incomplete'],
  ['size>', 'bytes of data: 200, 1.5kB'],
  ['gap>', 'time since the entry before: 500ms, 2s'],
  ['json:$.', 'a value in JSON data: $.user.id=7'],
  ['exchange:', 'number of the connection'],
];

/** At most so many are offered. */
const MOST = 12;

/**
 * What the word at the caret may become: names of conditions, and the values that there are.
 *
 * @param types - event types of the stream
 */
export function completeFilter(text: string, caret: number, types: readonly string[]): Completion[] {
  const token = tokens(text).find(({ from, to }) => from < caret && caret <= to);
  if (!token) return [];
  const minus = token.text.startsWith('-') ? 1 : 0;
  const word = text.slice(token.from + minus, caret).toLowerCase();
  const { to } = token;
  const value = /^(type|kind):(.*)$/s.exec(word);
  const from = token.from + minus;
  if (value) {
    const values: [string, string][] =
      value[1] === 'type'
        ? types.map((type) => [type, 'event type'])
        : Object.values(KIND_NAMES).map((name) => [name, 'kind of entry']);
    return values
      .filter(([one]) => one.toLowerCase().startsWith(value[2]!) && one.toLowerCase() !== value[2])
      .slice(0, MOST)
      .map(([one, hint]) => {
        const quoted = /\s/.test(one) ? `"${one}"` : one;
        return { from, to, text: `${value[1]}:${quoted} `, hint };
      });
  }
  if (word === '') return [];
  const names = NAMES.filter(([name]) => name.startsWith(word) && name !== word).map(
    ([name, hint]): Completion => ({ from, to, text: name, hint }),
  );
  const ofType = types
    .filter((type) => type.toLowerCase().startsWith(word))
    .map((type): Completion => {
      const quoted = /\s/.test(type) ? `"${type}"` : type;
      return { from, to, text: `type:${quoted} `, hint: 'event type' };
    });
  return [...names, ...ofType].slice(0, MOST);
}
