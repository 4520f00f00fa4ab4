import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFailOn } from '../../src/node/report/failOn.ts';
import { junitOf } from '../../src/node/report/junit.ts';
import type { Report } from '../../src/node/report/report.ts';
import { reportJson } from '../../src/node/report/reportJson.ts';
import { sarifOf } from '../../src/node/report/sarif.ts';
import { CATALOGUE } from '../../src/shared/diagnosis/catalogue.ts';
import { diagnose } from '../../src/shared/diagnosis/diagnose.ts';
import { type Finding, type FindingCode, found } from '../../src/shared/diagnosis/model/finding.ts';
import { scene } from '../support/scene.ts';
import { FIXTURES } from './diagnosis/fixtures/all.ts';

const CODES = Object.keys(FIXTURES) as FindingCode[];

function reportOf(code: FindingCode): Report {
  const input = scene(FIXTURES[code].finds);
  const { method, url } = input.streams[0]!;
  return { of: 'a b.har', name: 'a', streams: [{ method, url, diagnosis: diagnose(input) }] };
}

describe('the JSON of a report', () => {
  const schema = JSON.parse(readFileSync('docs/inspect.schema.json', 'utf8'));
  const isReport = new Ajv2020({ allErrors: true }).compile(schema);

  test('has its schema, which knows every code', () => {
    expect(schema.$defs.code.enum).toEqual(CATALOGUE.map(({ code }) => code));
  });
  test.each(CODES)('with %s is as the schema says', (code) => {
    const { streams } = reportOf(code);
    const report = reportJson({
      file: 'a.har',
      name: 'a',
      notes: [],
      streams: streams.map((stream) => ({
        ...stream,
        transport: 'EventSource',
        connections: 1,
        events: 0,
        bytes: 0,
        ms: 0,
        gaps: 0,
        heartbeatMs: undefined,
      })),
    });
    isReport(JSON.parse(JSON.stringify(report)));
    expect(isReport.errors ?? []).toEqual([]);
  });
  test('is not valid with anything else in it', () => {
    expect(isReport({ file: 'a', name: 'a', notes: [], streams: [], more: 1 })).toBe(false);
    expect(isReport({ file: 'a', name: 'a', notes: [], streams: [{ url: 'x' }] })).toBe(false);
  });
});

describe('SARIF', () => {
  test.each(CODES)('of %s has a result of a rule that is listed', (code) => {
    const { runs } = sarifOf(reportOf(code)) as {
      runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
    };
    const [run] = runs;
    const result = run!.results.find(({ ruleId }) => ruleId === code);
    expect(run!.tool.driver.rules[result!.ruleIndex as number]!.id).toBe(code);
    expect(result).toMatchObject({
      level: expect.stringMatching(/^(error|warning|note)$/),
      locations: [{ physicalLocation: { artifactLocation: { uri: 'a%20b.har' } } }],
    });
    expect((result!.message as { text: string }).text).not.toMatch(/undefined|\[object/);
  });
  test('calls the same trouble the same, whatever its numbers and parameters are', () => {
    const [first] = found('noAnswer', 'warning', { waited: 6000, method: 'GET' }, { evidence: [] }) as [
      Finding,
    ];
    const [later] = found('noAnswer', 'error', { waited: 60_000, method: 'GET' }, { evidence: [] }) as [
      Finding,
    ];
    const fingerprint = (finding: Finding, url: string) =>
      (
        sarifOf({
          of: 'a.har',
          name: '',
          streams: [
            {
              method: 'GET',
              url,
              diagnosis: { findings: [finding], notLookedAt: [], passed: [], software: [] },
            },
          ],
        }) as { runs: { results: { partialFingerprints: unknown }[] }[] }
      ).runs[0]!.results[0]!.partialFingerprints;
    expect(fingerprint(first, 'http://a.test/x?t=1')).toEqual(fingerprint(later, 'http://a.test/x?t=2'));
    expect(fingerprint(first, 'http://a.test/x')).not.toEqual(fingerprint(first, 'http://a.test/y'));
  });
});

describe('JUnit XML', () => {
  const attribute = (text: string, name: string) => Number(new RegExp(`${name}="(\\d+)"`).exec(text)?.[1]);
  test.each(CODES)('with %s counts its cases, failures and skipped checks', (code) => {
    const { streams, ...rest } = reportOf(code);
    const { findings, passed, notLookedAt } = streams[0]!.diagnosis;
    const text = junitOf({ ...rest, streams });
    expect(attribute(text, 'tests')).toBe(findings.length + passed.length + notLookedAt.length);
    expect(attribute(text, 'failures')).toBe(findings.filter(({ severity }) => severity !== 'note').length);
    expect(text.match(/<failure /g)?.length ?? 0).toBe(attribute(text, 'failures'));
    expect(text.match(/<skipped /g)?.length ?? 0).toBe(attribute(text, 'skipped'));
    expect(text.match(/<testcase /g)).toHaveLength(attribute(text, 'tests'));
  });
  test('has nothing in it that is not XML, whatever a server sends', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      ']]>',
      '\0',
      '\x1b',
      '\ud800',
      '\udc00',
      '\ufffe',
      '\n',
      'a',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 20 }).map((parts) => parts.join('')),
        (hostile) => {
          const findings = found('errorInStream', 'error', { message: hostile }, { evidence: [] });
          const diagnosis = { findings, notLookedAt: [], passed: [], software: [] };
          const text = junitOf({
            of: hostile,
            name: hostile,
            streams: [{ method: 'GET', url: hostile, diagnosis }],
          });
          expect(text).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
          // Tags of ours alone, and every & begins an entity of ours.
          const tags = text.replace(/<\?xml [^>]*\?>/, '').match(/<\/?[^>]*>/g) ?? [];
          expect(
            tags.every((tag) =>
              /^<\/?(testsuites|testsuite|testcase|failure)( [a-z]+="[^"<]*")*\/?>$/.test(tag),
            ),
          ).toBe(true);
          expect(text.replace(/&(amp|lt|gt|quot|apos|#10);/g, '')).not.toContain('&');
        },
      ),
    );
  });
});

describe('--fail-on', () => {
  const [finding] = found('noAnswer', 'warning', { waited: 6000, method: 'GET' }, { evidence: [] }) as [
    Finding,
  ];
  test.each([
    ['error', false],
    ['warning', true],
    ['any', true],
    ['noAnswer', true],
    ['cors, noAnswer', true],
    ['cors', false],
  ])('%s', (text, expected) => expect(readFailOn(text)(finding)).toBe(expected));
  test.each(['nonsense', 'errors', '', 'noAnswer,', 'toString'])(
    '%j is refused: a typo must not open the gate',
    (text) => {
      expect(() => readFailOn(text)).toThrow('neither error, warning or any');
    },
  );
});
