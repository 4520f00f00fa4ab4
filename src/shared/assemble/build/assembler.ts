import type { AnswerBuilder } from './answerBuilder.ts';
import type { Assembled, FormatName, Note, Status, StreamError } from './assembled.ts';
import { filled } from './json.ts';
import type { JsonEvent, StreamContext, StreamEnding } from './streamContext.ts';
import type { TextChannel } from './textChannel.ts';

/** Puts the events of one format together. */
export interface Assembler {
  /** The next event, in their order. */
  add(event: JsonEvent): void;
  /** What stands so far. May be asked for at any time, and again later. */
  result(ending: StreamEnding): Assembled;
}

/** What is common to all formats: which events have output, which types are not known, what there is to note. */
export class Progress {
  firstOutput: number | null = null;
  firstText: number | null = null;
  lastOutput: number | null = null;
  events = 0;
  error: StreamError | undefined;
  readonly notes: Note[] = [];
  #unknown: Record<string, number> = Object.create(null);

  /** Output of the model: reasoning, arguments, refusal, audio. */
  output(event: number): void {
    this.firstOutput ??= event;
    this.lastOutput = event;
  }

  /** Visible text. */
  text(event: number): void {
    this.firstText ??= event;
    this.output(event);
  }

  /** Appends a piece of visible text. What is empty, or no string, is none. */
  appendText(to: TextChannel, piece: unknown, event: number): void {
    const text = filled(piece);
    if (text === undefined) return;
    to.append(text, event);
    this.text(event);
  }

  /** Appends a piece of other output: reasoning, a refusal. */
  appendOutput(to: TextChannel, piece: unknown, event: number): void {
    const text = filled(piece);
    if (text === undefined) return;
    to.append(text, event);
    this.output(event);
  }

  unknown(type: string): void {
    this.#unknown[type] = (this.#unknown[type] ?? 0) + 1;
  }

  note(note: Note): void {
    this.notes.push(note);
  }

  get allNotes(): Note[] {
    const types = { ...this.#unknown };
    return Object.keys(types).length > 0 ? [...this.notes, { code: 'unknownTypes', types }] : [...this.notes];
  }
}

const WORST: readonly Status[] = [
  'error',
  'truncated',
  'unknown',
  'aborted',
  'limited',
  'waiting',
  'open',
  'complete',
];

/** "With several answers the worst status wins." */
export function worstOf(statuses: readonly Status[]): Status {
  return WORST.find((status) => statuses.includes(status)) ?? 'complete';
}

/** The status of what has no terminal: it goes on, it was cut, or not all of it was seen. */
export function withoutTerminal({ open, whole }: StreamEnding): Status {
  if (open) return 'open';
  return whole ? 'truncated' : 'unknown';
}

/** Everything but what is the format's own. */
export function assembled(
  format: FormatName,
  progress: Progress,
  answers: readonly AnswerBuilder[],
  status: Status,
  more: Partial<Assembled> & { usage: Assembled['usage'] },
  isCumulativeUsual = false,
): Assembled {
  const { error, firstOutput, firstText, lastOutput, events } = progress;
  const notes = [...progress.allNotes, ...answers.flatMap((answer) => answer.notes(isCumulativeUsual))];
  if (status === 'truncated') notes.push({ code: 'noTerminal' });
  return {
    format,
    status,
    answers: answers.map((answer) => answer.build()),
    ...(error ? { error } : {}),
    firstOutput,
    firstText,
    lastOutput,
    events,
    notes,
    ...more,
  };
}

/** Makes the assembler of a format. */
export type CreateAssembler = (facts: StreamContext) => Assembler;
