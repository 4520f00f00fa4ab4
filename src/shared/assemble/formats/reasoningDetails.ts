import { filled, number, object } from '../build/json.ts';
import { TextChannel } from '../build/textChannel.ts';

/** OpenRouter's: parts by an index of their own. Their text is the reasoning only if no flat field came. */
export class ReasoningDetails {
  readonly #parts = new Map<number, { text: string; event: number }[]>();

  /** @returns whether there was text in it */
  add(parts: readonly unknown[], event: number): boolean {
    let hasText = false;
    for (const part of parts.map(object)) {
      const text = filled(part.text) ?? filled(part.summary);
      if (!text) continue;
      hasText = true;
      const index = number(part.index) ?? 0;
      const own = this.#parts.get(index) ?? [];
      own.push({ text, event });
      this.#parts.set(index, own);
    }
    return hasText;
  }

  channel(): TextChannel {
    const channel = new TextChannel();
    for (const [, pieces] of [...this.#parts].sort(([a], [b]) => a - b)) {
      for (const { text, event } of pieces) channel.append(text, event);
    }
    return channel;
  }
}
