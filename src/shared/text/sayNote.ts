import type { Note } from '../assemble/build/assembled.ts';

/** What there is to know about how an answer was put together, in a few words. */
export function sayNote(note: Note): string {
  switch (note.code) {
    case 'answerRestarted':
      return `a new answer began at event ${note.event}, before the one before had ended`;
    case 'cumulativeText':
      return `each piece of the ${note.channel} repeats the whole so far: it is taken as cumulative`;
    case 'differs':
      return `event ${note.event} gives another ${note.channel} than the pieces before it`;
    case 'expectedBack':
      return `closed after retry: the client is expected back with Last-Event-ID ${note.lastEventId}`;
    case 'joinedInTheMiddle':
      return `joined in the middle, at event ${note.event}`;
    case 'lateEvent':
      return `event ${note.event} (${note.type}) belongs to a part that is not open: clients drop it or fail`;
    case 'noSentinel':
      return 'no [DONE]';
    case 'noTerminal':
      return 'no terminal';
    case 'progressFell':
      return `progress falls, or comes after the result, at event ${note.event}`;
    case 'reasoningHidden':
      return 'the reasoning is hidden by the server';
    case 'sequenceMissing':
      return note.from === note.to
        ? `sequence ${note.from} missing`
        : `sequence ${note.from}-${note.to} missing`;
    case 'sequenceRepeated':
      return `sequence ${note.at} came again`;
    case 'textReplaced':
      return 'text was replaced';
    case 'unknownTypes':
      return `unknown types: ${Object.entries(note.types)
        .map(([type, count]) => `${type || '(none)'} × ${count}`)
        .join(', ')}`;
    case 'withdrawn':
      return `event ${note.event} takes a step back, and with it ${JSON.stringify(note.text)}`;
    case 'wrapped':
      return `inside ${note.path}`;
  }
}
