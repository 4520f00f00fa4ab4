import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';
import { type Finding, type FindingParameters, found } from '../../shared/diagnosis/model/finding.ts';
import { atConnection, atHeader, atRequestHeader } from '../../shared/diagnosis/model/place.ts';
import { headerOf } from '../../shared/session/headerOf.ts';
import type { Exchange } from '../../shared/session/types.ts';

export interface PageOrigin {
  /** Of the page that would open the stream; undefined where it is the stream's own. */
  origin: string | undefined;
  /** The page would send cookies along. */
  credentials: boolean;
}

/** What a browser would keep from a page of another origin: the CORS check of the Fetch standard. */
export function corsFindings(diagnosis: Diagnosis, exchange: Exchange, page: PageOrigin): Diagnosis {
  if (page.origin === undefined || exchange.status === undefined) return diagnosis;
  const lacks = corsLacks(exchange, page.origin, page.credentials);
  const passed = diagnosis.passed.filter((code) => code !== 'cors');
  if (!lacks) return { ...diagnosis, passed: [...passed, 'cors'] };
  const allowed = headerOf(exchange.headers, 'access-control-allow-origin')?.trim() ?? '';
  const [finding] = found(
    'cors',
    'error',
    { lacks, origin: page.origin, allowed, asksAgain: false },
    {
      evidence: [
        atHeader(exchange, 'Access-Control-Allow-Origin'),
        ...(lacks === 'credentials' ? [atHeader(exchange, 'Access-Control-Allow-Credentials')] : []),
        atRequestHeader(exchange, 'Origin'),
        atConnection(exchange),
      ],
    },
  ) as [Finding];
  return { ...diagnosis, findings: [finding, ...diagnosis.findings], passed };
}

function corsLacks(
  { headers }: Exchange,
  origin: string,
  credentials: boolean,
): FindingParameters['cors']['lacks'] | undefined {
  const allowed = headerOf(headers, 'access-control-allow-origin')?.trim();
  if (allowed === undefined) return 'header';
  // "If request's credentials mode is not "include" and origin is `*`, then return success."
  if (!credentials && allowed === '*') return undefined;
  if (allowed !== origin) return allowed === '*' ? 'credentials' : 'origin';
  if (!credentials) return undefined;
  // "Let credentials be the result of getting `Access-Control-Allow-Credentials`. If credentials is `true`, then return success."
  return headerOf(headers, 'access-control-allow-credentials')?.trim() === 'true' ? undefined : 'credentials';
}
