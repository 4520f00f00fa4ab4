import { hasBytes } from '../measures/connection.ts';
import type { EventSample } from '../measures/samples.ts';
import { found } from '../model/finding.ts';
import { atEntry } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const MOST_ARE_JSON = 0.8;
const LEAST = 4;

/**
 * At least 80 % of the data of a type is JSON, and an event of it has several `data` lines that are JSON each by itself, and
 * none together: the blank line between two events is missing.
 *
 * Not: one JSON value over several `data` lines; types whose data is no JSON.
 */
export const runTogether: Rule = {
  code: 'runTogether',
  worst: 'warning',
  needs: ['bytes'],
  find({ recent }) {
    for (const connection of recent.toReversed()) {
      if (!hasBytes(connection)) continue;
      const byType = new Map<string, EventSample[]>();
      for (const one of connection.columns.all.lastEvents) {
        // Of a long text the end is not at hand.
        if (one.text === undefined || one.size > one.text.length * 4 || one.size > 2000) continue;
        byType.set(one.type, [...(byType.get(one.type) ?? []), one]);
      }
      for (const [type, events] of byType) {
        const together = events.filter(({ text }) => isSeveral(text!));
        const json = events.filter(({ text }) => isJson(text!)).length;
        const first = together[0];
        if (!first || events.length < LEAST || json < (events.length - together.length) * MOST_ARE_JSON)
          continue;
        const evidence = together
          .slice(0, 3)
          .map((one) => atEntry(connection.exchange, one.ordinal, one.text));
        return found('runTogether', 'warning', { type, events: together.length }, { evidence });
      }
    }
    return [];
  },
};

function isSeveral(text: string): boolean {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.length >= 2 && !isJson(text) && lines.every(isJson);
}

function isJson(text: string): boolean {
  if (!/^\s*[[{"]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
