import { found } from '../model/finding.ts';
import { atStream } from '../model/place.ts';
import type { Rule } from '../model/rule.ts';

const NAME = /token|jwt|auth|secret|password|api_?key|(^|_)sig(nature)?$/i;
const LEAST = 16;
const JWT = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/;

/**
 * A parameter of the address whose name contains `token`, `jwt`, `auth`, `secret`, `password` or `api_key`, or is `sig`, has
 * 16 characters or more; or a JSON Web Token stands anywhere in the address. The value is not part of the finding.
 *
 * Not: short values, as `auth=yes`.
 */
export const tokenInUrl: Rule = {
  code: 'tokenInUrl',
  worst: 'warning',
  needs: [],
  find({ stream }) {
    if (!URL.canParse(stream.url)) return [];
    const url = new URL(stream.url);
    const named = [...url.searchParams].find(
      ([name, value]) => (NAME.test(name) && value.length >= LEAST) || JWT.test(value),
    );
    if (!named && !JWT.test(url.pathname)) return [];
    // Its address as evidence would show the value.
    const evidence = [{ ...atStream(stream), url: url.origin + (named ? url.pathname : '') }];
    return found('tokenInUrl', 'warning', { name: named?.[0] ?? '' }, { evidence });
  },
};
