import type { CallState, ToolCall } from './assembled.ts';
import { isObject } from './json.ts';
import { TextChannel } from './textChannel.ts';

/** A tool call while it is put together. */
export class ToolCallBuilder {
  id: string | null = null;
  name: string | null = null;
  readonly args = new TextChannel();
  /** Its arguments are plain text, and no JSON. */
  plain = false;
  /** The server says that nothing more comes for it. */
  closed = false;
  /** A limit stopped the model in its middle: that it is closed proves nothing. */
  cut = false;
  #input: { value: unknown } | undefined;
  #output: { value: unknown } | undefined;
  #error: string | undefined;
  readonly #events = new Set<number>();

  /** Notes that an event is a part of it. */
  seen(event: number): void {
    this.#events.add(event);
  }

  setInput(value: unknown): void {
    this.#input = { value };
  }

  setOutput(value: unknown): void {
    this.#output = { value };
  }

  fail(message: string): void {
    this.#error = message;
  }

  /** The arguments as they stand are a whole JSON value. */
  get hasWholeArguments(): boolean {
    return parsed(this.args.text) !== undefined;
  }

  build(): ToolCall {
    const text = this.args.text;
    const { state, input } = this.#state(text);
    return {
      id: this.id,
      name: this.name,
      state,
      ...(text === '' ? {} : { arguments: text }),
      ...(input ? { input: input.value } : {}),
      ...(this.#output ? { output: this.#output.value } : {}),
      ...(this.#error === undefined ? {} : { error: this.#error }),
      events: [...this.#events],
    };
  }

  #state(text: string): { state: CallState; input: { value: unknown } | undefined } {
    if (this.#input) return { state: 'complete', input: this.#input };
    if (this.plain) return { state: this.closed ? 'complete' : 'partial', input: { value: text } };
    if (text.trim() === '') {
      return this.closed && !this.cut
        ? { state: 'complete', input: { value: {} } }
        : { state: 'partial', input: undefined };
    }
    const value = parsed(text);
    // A number or a word that parses may still grow.
    if (value && (this.closed || isObject(value.value))) return { state: 'complete', input: value };
    return { state: this.closed && !this.cut ? 'invalid' : 'partial', input: undefined };
  }
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
