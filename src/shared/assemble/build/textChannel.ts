import type { Piece } from './assembled.ts';

/** Pieces before a text in an append format may be taken for cumulative, and how long the whole must be by then. */
const LEAST_PIECES = 3;
const LEAST_LENGTH = 16;

/**
 * A text that comes in pieces, with the events they came in. Pieces are kept apart and joined when somebody looks: a delta may end
 * between two halves of a surrogate pair.
 */
export class TextChannel {
  #pieces: string[] = [];
  #events: number[] = [];
  /** The first pieces joined, and how many: a text that is looked at while it grows is not joined anew each time. */
  #joined = '';
  #joinedPieces = 0;
  /** Every piece so far begins with the one before it: they may be the whole each time. */
  #extends = true;
  #longestBefore = 0;
  readonly #cumulativeByDefault: boolean;

  /** @param cumulativeByDefault - each piece is the whole so far, unless one that is no extension proves otherwise */
  constructor(cumulativeByDefault = false) {
    this.#cumulativeByDefault = cumulativeByDefault;
  }

  append(text: string, event: number): void {
    if (text === '') return;
    const before = this.#pieces.at(-1);
    if (before !== undefined) {
      if (!text.startsWith(before)) this.#extends = false;
      else this.#longestBefore = before.length;
    }
    this.#pieces.push(text);
    this.#events.push(event);
  }

  /**
   * The authoritative whole takes the place of the pieces. Where both are equal, the pieces stay: they tell which event brought which
   * part.
   *
   * @returns whether it differs from what the pieces made
   */
  replace(text: string, event: number): boolean {
    const built = this.text;
    if (built === text) return false;
    this.#joined = '';
    this.#joinedPieces = 0;
    this.#pieces = text === '' ? [] : [text];
    this.#events = text === '' ? [] : [event];
    this.#extends = true;
    this.#longestBefore = 0;
    return built !== '';
  }

  /** "At least 3 non-empty pieces, every one begins with all that was there before, and that is at least 16 characters long." */
  get isCumulative(): boolean {
    if (!this.#extends) return false;
    if (this.#cumulativeByDefault) return true;
    return this.#pieces.length >= LEAST_PIECES && this.#longestBefore >= LEAST_LENGTH;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  get text(): string {
    if (this.isCumulative) return this.#pieces.at(-1) ?? '';
    if (this.#joinedPieces < this.#pieces.length) {
      this.#joined += this.#pieces.slice(this.#joinedPieces).join('');
      this.#joinedPieces = this.#pieces.length;
    }
    return this.#joined;
  }

  get pieces(): Piece[] {
    let before = 0;
    return this.#pieces.map((text, i) => {
      const length = this.isCumulative ? text.length - before : text.length;
      before = text.length;
      return { event: this.#events[i]!, length };
    });
  }
}
