import type { Answer, Citation, Note } from './assembled.ts';
import { TextChannel } from './textChannel.ts';
import { ToolCallBuilder } from './toolCall.ts';

type TextPart = 'reasoning' | 'refusal' | 'text';

/** One answer while it is put together. */
export class AnswerBuilder {
  text: TextChannel;
  reasoning: TextChannel;
  /** Takes the place of the reasoning where that is empty: some servers send both, and both say the same. */
  reasoningInstead: TextChannel | undefined;
  refusal = new TextChannel();
  readonly #shared = new Set<TextPart>();
  finish: string | null = null;
  readonly calls: ToolCallBuilder[] = [];
  citations: Citation[] = [];
  readonly blocks: unknown[] = [];
  readonly index: number;

  constructor(index: number, cumulativeByDefault = false) {
    this.index = index;
    this.text = new TextChannel(cumulativeByDefault);
    this.reasoning = new TextChannel(cumulativeByDefault);
  }

  /** Takes a text over, after what there is already. The only one is shared: copying it costs as much as it is long. */
  take(part: TextPart, channel: TextChannel): void {
    if (channel.isEmpty) return;
    if (this[part].isEmpty) {
      this[part] = channel;
      this.#shared.add(part);
      return;
    }
    if (this.#shared.delete(part)) {
      const own = new TextChannel();
      append(own, this[part]);
      this[part] = own;
    }
    append(this[part], channel);
  }

  /** A new call. */
  call(id: string | null = null, name: string | null = null): ToolCallBuilder {
    const call = new ToolCallBuilder();
    call.id = id;
    call.name = name;
    this.calls.push(call);
    return call;
  }

  callById(id: string): ToolCallBuilder | undefined {
    return this.calls.find((call) => call.id === id);
  }

  /** The model has stopped. @param cut - a limit stopped it: what is open is not finished */
  close(cut: boolean): void {
    for (const call of this.calls) {
      call.closed = true;
      // What the server closed in the middle of the JSON is cut.
      call.cut = cut;
    }
  }

  notes(isCumulativeUsual: boolean): Note[] {
    if (isCumulativeUsual) return [];
    const channels = { text: this.text, reasoning: this.reasoning };
    return Object.entries(channels)
      .filter(([, channel]) => channel.isCumulative)
      .map(([channel]) => ({ code: 'cumulativeText', channel }));
  }

  build(): Answer {
    const { text, refusal } = this;
    const reasoning = this.reasoning.isEmpty ? (this.reasoningInstead ?? this.reasoning) : this.reasoning;
    const answer = {
      index: this.index,
      text: text.text,
      ...(reasoning.isEmpty ? {} : { reasoning: reasoning.text }),
      ...(refusal.isEmpty ? {} : { refusal: refusal.text }),
      finish: this.finish,
      toolCalls: this.calls.map((call) => call.build()),
      ...(this.citations.length > 0 ? { citations: this.citations } : {}),
      ...(this.blocks.length > 0 ? { blocks: this.blocks } : {}),
    };
    // Looked at now and then: they are many, and do not go along when an answer is copied.
    Object.defineProperty(answer, 'pieces', {
      enumerable: false,
      get: () => ({ text: text.pieces, reasoning: reasoning.pieces }),
    });
    return answer as Answer;
  }
}

function append(to: TextChannel, from: TextChannel): void {
  const whole = from.text;
  let at = 0;
  for (const { event, length } of from.pieces) {
    to.append(whole.slice(at, at + length), event);
    at += length;
  }
}
