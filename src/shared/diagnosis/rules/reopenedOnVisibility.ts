import { found } from '../model/finding.ts';
import { atConnection, atMark } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/** The page closes so soon after it was hidden, and opens so soon after it is visible, ms. */
const CLOSES = 200;
const OPENS = 500;

/**
 * The page closed the stream within 200 ms of being hidden, and opened one of the same purpose within 500 ms of being
 * visible again. A warning where events came again by that.
 *
 * Not: a close at any other time; a stream that stays open while the page is hidden.
 */
export const reopenedOnVisibility: Rule = {
  code: 'reopenedOnVisibility',
  worst: 'warning',
  needs: ['page'],
  find({ gaps, marks }) {
    const visibility = marks.filter(({ kind }) => kind === 'visibility');
    const reopened = gaps().filter(({ cause, before, after, attempts }) => {
      const closed = before.endedAt;
      const opened = attempts[0]?.at;
      if (cause !== 'page' || closed === undefined || opened === undefined || !after) return false;
      const hidden = visibility.some(
        ({ detail, at }) => detail === 'hidden' && closed >= at && closed - at <= CLOSES,
      );
      const shown = visibility.some(
        ({ detail, at }) => detail === 'visible' && opened >= at && opened - at <= OPENS,
      );
      return hidden && shown;
    });
    const last = reopened.at(-1);
    if (!last) return [];
    const repeated = reopened.reduce(
      (sum, gap) => sum + (gap.repeated === 'not provable' ? 0 : gap.repeated),
      0,
    );
    const hidden = visibility.findLast(({ at, detail }) => detail === 'hidden' && at <= last.before.endedAt!);
    const evidence = [
      ...(hidden ? [atMark(hidden)] : []),
      atConnection(last.before),
      atConnection(last.after!),
    ];
    const severity = repeated > 0 ? 'warning' : 'note';
    return found('reopenedOnVisibility', severity, { times: reopened.length, repeated }, { evidence });
  },
};
