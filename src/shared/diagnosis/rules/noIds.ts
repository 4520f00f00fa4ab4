import { found } from '../model/finding.ts';
import { atConnection } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

/**
 * The stream came back after being without a connection, and none of its events has an ID: what was sent meanwhile is lost,
 * or comes twice, and nobody can tell.
 *
 * Not: a stream that never broke off; one that the page closed and opened again by itself.
 */
export const noIds: Rule = {
  code: 'noIds',
  worst: 'warning',
  needs: [],
  find({ connections, gaps, between }) {
    const bridged = gaps().filter(
      ({ to, cause }) => to !== undefined && cause !== 'page' && cause !== 'unload',
    );
    const last = bridged.at(-1);
    if (!last || connections.some(({ columns }) => columns.all.hasIds)) return [];
    if (connections.every(({ columns }) => columns.all.events === 0)) return [];
    const longest = bridged.reduce((most, { from, to }) => Math.max(most, between(from, to!)), 0);
    const evidence = [atConnection(last.before), ...(last.after ? [atConnection(last.after)] : [])];
    return found('noIds', 'warning', { gaps: bridged.length, longest }, { evidence });
  },
};
