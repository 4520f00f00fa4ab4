import { isOver } from '../../session/exchangeTimes.ts';
import { found } from '../model/finding.ts';
import { atConnection, atRange } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** Shorter silences are none, ms. */
const LEAST = 5000;

/**
 * A connection is open, has had a heartbeat (comments, or an event type with a rhythm, of 4 beats or more) of period p, and
 * nothing has come for longer than 3 p and three times its jitter, and than 5 s. Not certain where the rhythm is one of
 * events: the server may have nothing more to say.
 *
 * Not: while the page is hidden or frozen since; after the answer of a model has finished, which is `openAfterFinish`.
 */
export const deadButOpen: Rule = {
  code: 'deadButOpen',
  worst: 'error',
  needs: [],
  fully: ['bytes'],
  find(facts) {
    const { last, marks, now } = facts;
    if (!last || isOver(last.exchange) || facts.stream.state !== 'open') return [];
    const heartbeat = facts.heartbeat(last);
    const from = last.columns.chunkTimes.at(-1);
    if (!heartbeat || from === undefined) return [];
    const silence = facts.between(from, now);
    if (silence <= Math.max(LEAST, 3 * heartbeat.period + 3 * heartbeat.jitter)) return [];
    const asleep = marks.findLast(
      ({ kind }) => kind === 'visibility' || kind === 'freeze' || kind === 'resume',
    );
    if (asleep && (asleep.kind === 'freeze' || asleep.detail === 'hidden')) return [];
    const { by, period } = heartbeat;
    return found(
      'deadButOpen',
      'error',
      {
        silence,
        period,
        missed: Math.floor(silence / period),
        by: by.kind === 'comment' ? '' : by.type,
      },
      { evidence: [atRange(from, undefined), atConnection(last.exchange)], certain: by.kind === 'comment' },
    );
  },
};
