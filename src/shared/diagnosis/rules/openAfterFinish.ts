import { isOver } from '../../session/exchangeTimes.ts';
import { hasBytes } from '../measures/connection.ts';
import { modelAnswerOf } from '../measures/modelAnswer.ts';
import { found } from '../model/finding.ts';
import { atConnection, atEntry, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LEAST = 5000;

/**
 * The answer of a model is finished, and its connection is open for 5 s or more without a byte.
 *
 * Not: an answer that goes on; usage that comes after the finish.
 */
export const openAfterFinish: Rule = {
  code: 'openAfterFinish',
  worst: 'warning',
  needs: ['bytes'],
  find({ last, now, between }) {
    if (!last || !hasBytes(last) || isOver(last.exchange)) return [];
    const answer = modelAnswerOf(last);
    const from = last.columns.chunkTimes.at(-1);
    if (!answer?.finish || from === undefined) return [];
    const silence = between(from, now);
    if (silence < LEAST) return [];
    const evidence = [
      atEntry(last.exchange, answer.finish.ordinal),
      atRange(from, undefined),
      atConnection(last.exchange),
    ];
    return found('openAfterFinish', 'warning', { silence }, { evidence });
  },
};
