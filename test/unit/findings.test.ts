import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDismissed } from '../../src/devtools/findings/dismissed.ts';
import { dismissalKey, groupFindings } from '../../src/devtools/findings/groupFindings.ts';
import { looksBroken, unexplainedStreams } from '../../src/devtools/findings/unexplained.ts';
import { createFactsReader } from '../../src/devtools/query/factsReader.ts';
import { createFindingsReader, type StreamFindings } from '../../src/devtools/query/findingsReader.ts';
import { diagnose } from '../../src/shared/diagnosis/diagnose.ts';
import { type Finding, type FindingCode, found } from '../../src/shared/diagnosis/model/finding.ts';
import { openStore } from '../../src/shared/store/open.ts';
import { findingsAsMarkdown } from '../../src/shared/text/findingsAsMarkdown.ts';
import { isWell } from '../../src/shared/text/sayDiagnosis.ts';
import { scene, streamOf } from '../support/scene.ts';
import { FIXTURES } from './diagnosis/fixtures/all.ts';

const [late] = found('noAnswer', 'warning', { waited: 6000, method: 'GET' }, { evidence: [] }) as [Finding];
const [gone] = found(
  'serverGone',
  'error',
  { attempts: 3, error: 'refused', gaveUp: false },
  { evidence: [] },
) as [Finding];
const reportOf = (stream: string, ...findings: Finding[]): StreamFindings => ({
  streams: [stream],
  findings,
  notLookedAt: [],
  passed: [],
  software: [],
});
const streams = [streamOf({ id: 'a', number: 1 }), streamOf({ id: 'b', number: 2 })];

describe('findings of a session', () => {
  test('are grouped by kind, the worst first, and of a stream that is not there nothing is told', () => {
    const groups = groupFindings(
      [reportOf('a', late), reportOf('b', gone, late), reportOf('c', gone)],
      streams,
    );
    expect(groups.map(({ code, occurrences }) => [code, occurrences.map(({ stream }) => stream.id)])).toEqual(
      [
        ['serverGone', ['b']],
        ['noAnswer', ['a', 'b']],
      ],
    );
  });

  test('that were dismissed are remembered by address, without its parameters', () => {
    const key = dismissalKey('noAnswer', { method: 'GET', url: 'https://a.test/events?token=abc&x=1#y' });
    expect(key).toBe('noAnswer GET https://a.test/events');
    expect(dismissalKey('noAnswer', { method: 'GET', url: 'blob:?secret' })).not.toContain('secret');
  });

  test('are dismissed and come back, in this panel and in the next one', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    };
    createDismissed(storage).dismiss(['one', 'two']);
    const next = createDismissed(storage);
    expect([...next.keys.value]).toEqual(['one', 'two']);
    next.bringBack(['one']);
    expect([...createDismissed(storage).keys.value]).toEqual(['two']);
    kept.set('dismissed findings', '{"not":"a list"}');
    expect(createDismissed(storage).keys.value.size).toBe(0);
  });
});

describe('a stream that looks broken', () => {
  const bad = { tone: 'bad', text: 'down 3 s', title: 'No connection for 3 s.' } as const;
  test('is not called well where no finding says why', () => {
    expect(looksBroken(streams[0]!, bad)).toBe(true);
    expect(looksBroken({ ...streams[0]!, state: 'ended', end: 'error' }, undefined)).toBe(true);
    expect(looksBroken({ ...streams[0]!, state: 'ended', end: 'close' }, undefined)).toBe(false);
    const conditions = new Map([['a', bad]]);
    expect(unexplainedStreams([reportOf('a')], streams, conditions).map(({ id }) => id)).toEqual(['a']);
    expect(unexplainedStreams([reportOf('a', late)], streams, conditions)).toEqual([]);
  });
  test.each(Object.keys(FIXTURES) as FindingCode[])('of %s is not called well either', (code) => {
    const diagnosis = diagnose(scene(FIXTURES[code].finds));
    const isWorse = diagnosis.findings.some(({ severity }) => severity !== 'note');
    expect(isWell(diagnosis) && isWorse).toBe(false);
  });
});

describe('findings as Markdown', () => {
  const markdown = (code: FindingCode) => {
    const input = scene(FIXTURES[code].finds);
    const { findings, notLookedAt, software } = diagnose(input);
    const { method, url } = input.streams[0]!;
    return findingsAsMarkdown({ name: 'n', streams: [{ method, url, findings, notLookedAt, software }] });
  };
  test.each(Object.keys(FIXTURES) as FindingCode[])('of %s say what is wrong and where', (code) => {
    const text = markdown(code);
    expect(text).toContain(`(\`${code}\`)`);
    expect(text).toContain('**How we know:**');
    expect(text).toContain('**Seen at:**');
  });
  test('have no secrets of the address in them', () => {
    const url = 'https://user:pass@a.test/events?token=abcdef0123456789';
    const text = findingsAsMarkdown({
      name: url,
      url,
      streams: [{ method: 'GET', url, findings: [late], notLookedAt: [], software: [] }],
    });
    expect(text).not.toMatch(/abcdef|user:pass/);
  });
  test('let nothing of a page become markup', () => {
    const sign = fc.constantFrom(
      '`',
      '<',
      '>',
      '[',
      ']',
      '(',
      ')',
      '*',
      '_',
      '#',
      '\n',
      '|',
      '\\',
      'a',
      ' ',
      '!',
    );
    fc.assert(
      fc.property(
        fc.array(sign, { maxLength: 30 }).map((signs) => signs.join('')),
        (hostile) => {
          const [finding] = found(
            'errorInStream',
            'error',
            { message: hostile },
            { evidence: [{ place: 'entry', exchange: 'x', ordinal: 0, text: hostile }] },
          ) as [Finding];
          const text = findingsAsMarkdown({
            name: hostile,
            streams: [{ method: hostile, url: hostile, findings: [finding], notLookedAt: [], software: [] }],
          });
          // Outside of code, every sign that Markdown acts on has a backslash before it.
          const ours = text
            .replace(/\\[\\`*_[\]<>#|~]|(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
            .replace(/^#{1,3} |^_|_$|\*\*[A-Za-z ]+:\*\*/gm, '');
          expect(ours).not.toMatch(/[`*[\]<>#|]/);
        },
      ),
    );
  });
});

test('a stream that is over is diagnosed once, and again when something of it changes', async () => {
  const db = await openStore(() => {}, 'findings');
  const input = scene({ connections: [{ at: 0, over: 900, status: 503 }], stream: { state: 'ended' } });
  const [stream] = input.streams;
  await db.put('streams', { ...stream!, session: 's' });
  await db.put('exchanges', { ...input.connections[0]!.exchange, session: 's' });
  const facts = createFactsReader(db);
  const reader = createFindingsReader(facts);
  const read = async () =>
    (
      await reader.read(
        's',
        [['s1']],
        { marks: [], browser: 'chromium', now: 1e4 },
        new AbortController().signal,
      )
    )[0]!;
  const first = await read();
  expect(first.findings.map(({ code }) => code)).toContain('statusEnds');
  expect(await read()).toBe(first);
  await db.put('exchanges', { ...input.connections[0]!.exchange, session: 's', status: 404 });
  facts.changed('s1', ['s1/1']);
  reader.changed('s1');
  const { findings } = await read();
  expect(findings.find(({ code }) => code === 'statusEnds')?.parameters).toMatchObject({ status: 404 });
  db.close();
});
