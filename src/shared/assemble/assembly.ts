import type { Assembled } from './build/assembled.ts';
import type { Assembler } from './build/assembler.ts';
import { isObject, parseJson } from './build/json.ts';
import type { JsonEvent, StreamContext, StreamEnding, StreamEvent } from './build/streamContext.ts';
import { createFormat } from './createFormat.ts';
import { createDetector, type Detector } from './detect.ts';

/** So much of a stream is looked at until its format is proven: events, and UTF-16 units of data. */
const MOST_EVENTS = 50;
const MOST_DATA = 256 * 1024;

/** What a stream says as a whole, while it comes. */
export interface Assembly {
  /** The next dispatched event, in order. */
  add(event: StreamEvent): void;
  /** What stands so far; undefined where the stream has no known format. */
  result(ending: StreamEnding): Assembled | undefined;
}

/** Tells the format of a stream, and puts its events together from the first one on. */
export function createAssembly(facts: StreamContext): Assembly {
  let detector: Detector | undefined = createDetector(facts);
  let assembler: Assembler | undefined;
  let waiting: JsonEvent[] = [];
  let data = 0;
  const wrapped = createUnwrapping(facts);

  function start(made: Assembler, events: readonly JsonEvent[]): void {
    assembler = made;
    detector = undefined;
    waiting = [];
    for (const event of events) assembler.add(event);
  }

  return {
    add(event) {
      const read = { ...event, json: parseJson(event.data) };
      if (assembler) {
        assembler.add(read);
        return;
      }
      if (!detector) return;
      waiting.push(read);
      data += event.data.length;
      const format = detector.look(read);
      if (format) start(createFormat(format, facts), waiting);
      else if (waiting.length >= MOST_EVENTS || data > MOST_DATA) {
        const inner = wrapped(waiting);
        if (inner) start(inner, waiting);
        detector = undefined;
        waiting = [];
      }
    },
    result(ending) {
      if (assembler) return assembler.result(ending);
      const inner = wrapped(waiting);
      if (!inner) return undefined;
      for (const event of waiting) inner.add(event);
      return inner.result(ending);
    },
  };
}

/** Fields in which a proxy may put the vendor's event. */
const ENVELOPES = ['data', 'event', 'payload', 'chunk', 'message'];

/**
 * "If nothing matches and one fixed path holds an object (or a string of JSON) in every event, try the table on it."
 *
 * @returns an assembler of what is inside; it takes the events as they came
 */
function createUnwrapping(facts: StreamContext): (events: readonly JsonEvent[]) => Assembler | undefined {
  return (events) => {
    const own = events.filter(({ data }) => data !== '' && data.trim() !== '[DONE]');
    if (own.length === 0) return undefined;
    for (const field of ENVELOPES) {
      const inner = own.map((event) => inside(event, field));
      if (inner.some((event) => event === undefined)) continue;
      const detector = createDetector(facts);
      const format = inner.map((event) => detector.look(event!)).find((found) => found !== undefined);
      if (!format) continue;
      return unwrapping(createFormat(format, facts), field);
    }
    return undefined;
  };
}

function unwrapping(assembler: Assembler, field: string): Assembler {
  return {
    add: (event) => assembler.add(inside(event, field) ?? event),
    result(ending) {
      const result = assembler.result(ending);
      result.notes.push({ code: 'wrapped', path: `$.${field}` });
      return result;
    },
  };
}

function inside(event: JsonEvent, field: string): JsonEvent | undefined {
  if (!isObject(event.json)) return undefined;
  const value = event.json[field];
  const json = typeof value === 'string' ? parseJson(value) : value;
  if (!isObject(json)) return undefined;
  const type = typeof json.type === 'string' ? json.type : event.type;
  return { ...event, type, data: JSON.stringify(json), json };
}
