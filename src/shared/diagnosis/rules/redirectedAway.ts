import { contentTypeOf, hasWrongType, looksOf } from '../measures/response.ts';
import { found } from '../model/finding.ts';
import { atBody, atConnection, atHeader } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const LOGIN = /log-?in|sign-?in|auth|sso\b|oauth|session\/new/i;

/**
 * A request was redirected, and what came at the end of the chain is no event stream: another status than 200, or another
 * type.
 *
 * Not: a redirect that ends at a stream.
 */
export const redirectedAway: Rule = {
  code: 'redirectedAway',
  worst: 'error',
  needs: ['http'],
  find({ connections }) {
    const connection = connections.findLast(({ exchange }) => {
      if ((exchange.http?.redirects.length ?? 0) === 0 || !exchange.status) return false;
      return exchange.status !== 200 || hasWrongType(exchange);
    });
    if (!connection) return [];
    const { exchange } = connection;
    const last = exchange.http!.redirects.at(-1)!;
    const contentType = contentTypeOf(exchange);
    const path = URL.canParse(last.to, last.from) ? new URL(last.to, last.from).pathname : last.to;
    const login = LOGIN.test(path) || looksOf(exchange.http!.evidence ?? '', contentType) === 'login';
    const status = exchange.status!;
    return found(
      'redirectedAway',
      'error',
      { to: last.to, status, contentType, login },
      { evidence: [atConnection(exchange), atHeader(exchange, 'Content-Type'), ...atBody(exchange)] },
    );
  },
};
