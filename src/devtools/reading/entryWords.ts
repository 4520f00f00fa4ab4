import { EntryKind, ProblemKind } from '../../shared/sse/types.ts';

/** One word for each kind, as it stands in the table. */
export const KIND_NAMES: Record<EntryKind, string> = {
  [EntryKind.event]: 'event',
  [EntryKind.comment]: 'comment',
  [EntryKind.retry]: 'retry',
  [EntryKind.problem]: 'problem',
  [EntryKind.incomplete]: 'incomplete',
};

export const KIND_PLURALS: Record<EntryKind, string> = {
  [EntryKind.event]: 'Events',
  [EntryKind.comment]: 'Comments',
  [EntryKind.retry]: 'Retries',
  [EntryKind.problem]: 'Problems',
  [EntryKind.incomplete]: 'Incomplete',
};

/** What is wrong, in a sentence. */
export const PROBLEM_TEXTS: Record<ProblemKind, string> = {
  [ProblemKind.unknownField]: 'Unknown field: a client ignores this line.',
  [ProblemKind.invalidRetry]: 'retry is not a whole number of milliseconds: a client ignores it.',
  [ProblemKind.nulInId]: 'The id contains NUL: a client ignores it.',
  [ProblemKind.invalidUtf8]: 'Not UTF-8: a client reads U+FFFD in its place.',
  [ProblemKind.secondBom]: 'A byte order mark inside the stream: it becomes part of the field’s name.',
  [ProblemKind.noData]: 'A block without data: no event is dispatched.',
  [ProblemKind.longLine]: 'A line of over 1 MiB.',
};
