import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/shared/diagnosis/catalogue.ts';
import { diagnose } from '../../../src/shared/diagnosis/diagnose.ts';
import type { FindingCode } from '../../../src/shared/diagnosis/model/finding.ts';
import { sayFinding } from '../../../src/shared/text/sayFinding.ts';
import { sayPlace } from '../../../src/shared/text/sayPlace.ts';
import { type SceneSketch, scene } from '../../support/scene.ts';
import { FIXTURES } from './fixtures/all.ts';

const codesOf = (sketch: SceneSketch) => diagnose(scene(sketch)).findings.map(({ code }) => code);

test('the catalogue has each code once', () => {
  const codes = CATALOGUE.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect([...codes].sort()).toEqual(Object.keys(FIXTURES).sort());
});

describe.each(Object.entries(FIXTURES))('%s', (name, { finds, spares }) => {
  const code = name as FindingCode;
  test('is found, says so, and no worse than it can be', () => {
    const { findings, software } = diagnose(scene(finds));
    const finding = findings.find((one) => one.code === code);
    expect(findings.map((one) => one.code)).toContain(code);
    const order = ['note', 'warning', 'error'];
    const { worst } = CATALOGUE.find((rule) => rule.code === code)!;
    expect(order.indexOf(finding!.severity)).toBeLessThanOrEqual(order.indexOf(worst));
    expect(finding!.evidence.length).toBeGreaterThan(0);
    const said = sayFinding(finding!, software);
    for (const text of [said.title, said.why, said.how, said.fix, ...finding!.evidence.map(sayPlace)]) {
      expect(text).not.toBe('');
      expect(text).not.toMatch(/undefined|NaN|\[object/);
    }
    expect(said.doubt === '').toBe(finding!.certain);
  });
  test.each(Object.entries(spares))('is not: %s', (_name, sketch) => {
    expect(codesOf(sketch)).not.toContain(code);
  });
});
