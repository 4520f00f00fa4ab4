import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamContext, StreamEvent } from '../../src/shared/assemble/build/streamContext.ts';
import { createParser } from '../../src/shared/sse/parse.ts';
import { readBlock } from '../../src/shared/sse/readEvent.ts';
import { EntryKind } from '../../src/shared/sse/types.ts';

/** A stream and what it says as a whole, as far as it matters. */
export interface Sample {
  title: string;
  facts: StreamContext;
  body: string;
  expected: Record<string, unknown>;
}

const FACTS: StreamContext = {
  framing: 'sse',
  url: 'https://api.example/stream',
  method: 'GET',
  headers: [],
  requestHeaders: [],
};

/** The samples of a fixture file. */
export function readSamples(file: string): Sample[] {
  const text = readFileSync(join(import.meta.dirname, '../fixtures', file), 'utf8');
  return [...text.matchAll(/^```(sse|sse-exact|text)\n([\s\S]*?)\n```$/gm)].map((match, i) => {
    const lines = match[2]!.split('\n');
    const expected = JSON.parse(lines.pop()!.replace(/^=> /, '')) as Record<string, unknown>;
    const facts: Record<string, unknown> = { ...FACTS, framing: match[1] === 'text' ? 'lines' : 'sse' };
    while (lines[0]?.startsWith('# ')) {
      const [, name, value] = /^# (\w+) (.*)$/.exec(lines.shift()!)!;
      facts[name!] = JSON.parse(value!);
    }
    return {
      title: `${i + 1}: ${String(expected.format)}, ${String(expected.status)}`,
      facts: facts as unknown as StreamContext,
      body: match[1] === 'sse' ? withEmptyLines(lines) : `${lines.join('\n')}\n`,
      expected,
    };
  });
}

function withEmptyLines(lines: readonly string[]): string {
  return lines.map((line) => (/^(data|:)/.test(line) ? `${line}\n\n` : `${line}\n`)).join('');
}

/** The dispatched events of an event stream, or the lines of any other body; and whether a retry came after the last event. */
export function eventsIn({ facts, body }: Sample): { events: StreamEvent[]; retryAtEnd: boolean } {
  if (facts.framing === 'lines') {
    const lines = body.split('\n').filter((line) => line !== '');
    const events = lines.map((data, i): StreamEvent => ({ n: i + 1, type: 'message', data, id: '' }));
    return { events, retryAtEnd: false };
  }
  const bytes = new TextEncoder().encode(body);
  const events: StreamEvent[] = [];
  let retryAtEnd = false;
  const parser = createParser({
    entry(kind, start, end, _detail, type) {
      if (kind === EntryKind.retry) retryAtEnd = true;
      if (kind !== EntryKind.event) return;
      retryAtEnd = false;
      const { data } = readBlock(bytes.subarray(start, end), start === 0);
      events.push({ n: events.length + 1, type, data, id: parser.lastEventId() });
    },
  });
  parser.push(bytes);
  parser.end();
  return { events, retryAtEnd };
}
