import type { Term } from './parseFilter.ts';

/** A piece of a text, and whether the filter found it. */
export interface HighlightedPiece {
  text: string;
  found: boolean;
}

/** Cuts a text where the words and regular expressions of a filter are found in it. */
export function highlight(text: string, terms: readonly Term[]): HighlightedPiece[] {
  const marked = new Uint8Array(text.length);
  let any = false;
  for (const term of terms) {
    if (term.negated) continue;
    for (const [from, to] of rangesOf(text, term)) {
      marked.fill(1, from, to);
      any ||= to > from;
    }
  }
  if (!any) return [{ text, found: false }];
  const pieces: HighlightedPiece[] = [];
  let from = 0;
  for (let i = 1; i <= text.length; i++) {
    if (i < text.length && marked[i] === marked[from]) continue;
    pieces.push({ text: text.slice(from, i), found: marked[from] === 1 });
    from = i;
  }
  return pieces;
}

function* rangesOf(text: string, term: Term): Generator<[from: number, to: number]> {
  if (term.by === 'text') {
    // Where lower case has another length, as for İ, places do not fit: nothing is marked there.
    const lower = text.toLowerCase();
    if (lower.length !== text.length) return;
    for (let at = lower.indexOf(term.word); at >= 0; at = lower.indexOf(term.word, at + term.word.length)) {
      yield [at, at + term.word.length];
    }
  } else if (term.by === 'regex') {
    const all = new RegExp(term.regex, `${term.regex.flags}g`);
    for (const match of text.matchAll(all)) yield [match.index, match.index + match[0].length];
  }
}
