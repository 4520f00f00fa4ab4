import { hasOtherType } from '../session/hasOtherType.ts';
import { CATALOGUE } from './catalogue.ts';
import { type Connection, hasBytes } from './measures/connection.ts';
import { type Software, softwareOf } from './measures/software.ts';
import type { Finding, FindingCode, Severity } from './model/finding.ts';
import type { Layer } from './model/rule.ts';
import { createStreamFacts, type DiagnosisInput, type StreamFacts } from './model/streamFacts.ts';
import { OVERRULED } from './overruled.ts';

/** A rule that could not be applied, and what it lacks. */
export interface NotLookedAt {
  code: FindingCode;
  worst: Severity;
  lacks: Layer;
}

export interface Diagnosis {
  /** Errors first; of one severity a cause before its consequences. */
  findings: Finding[];
  notLookedAt: NotLookedAt[];
  /** Rules that were applied and found nothing. */
  passed: FindingCode[];
  /** What the response's headers name between the server's code and the page. */
  software: Software[];
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** What is wrong with a logical stream. Pure: the same facts give the same diagnosis. */
export function diagnose(input: DiagnosisInput): Diagnosis {
  return diagnoseFacts(createStreamFacts(input));
}

/** The same, for facts of which somebody shows the measures too. */
export function diagnoseFacts(facts: StreamFacts): Diagnosis {
  const findings: Finding[] = [];
  const notLookedAt: NotLookedAt[] = [];
  const passed: FindingCode[] = [];
  for (const rule of CATALOGUE) {
    const lacks = lackOf(facts, rule.needs);
    if (lacks) {
      notLookedAt.push({ code: rule.code, worst: rule.worst, lacks });
      continue;
    }
    const own = rule.find(facts);
    const lacksInPart = own.length === 0 ? lackOf(facts, rule.fully ?? []) : undefined;
    if (lacksInPart) notLookedAt.push({ code: rule.code, worst: rule.worst, lacks: lacksInPart });
    else if (own.length === 0) passed.push(rule.code);
    for (const one of own) findings.push(one);
  }
  const codes = new Set(findings.map(({ code }) => code));
  const overruled = new Set([...codes].flatMap((code) => OVERRULED[code] ?? []));
  return {
    findings: SEVERITIES.flatMap((severity) =>
      findings.filter((one) => one.severity === severity && !overruled.has(one.code)),
    ),
    notLookedAt,
    passed,
    software: softwareOf(facts.connections.findLast(({ exchange }) => exchange.headers)?.exchange.headers),
  };
}

/** The layer that a rule needs and nobody has observed; undefined where it can be applied. */
function lackOf({ connections, pageUnknown }: StreamFacts, needs: readonly Layer[]): Layer | undefined {
  if (needs.includes('page') && pageUnknown) return 'page';
  const isSeen = connections.some(({ exchange }) => exchange.http ?? exchange.headers);
  if (needs.includes('http') && connections.length > 0 && !isSeen) return 'http';
  const open = connections.filter((one) => one.columns.all.entries > 0 || isUnread(one));
  if (needs.includes('bytes') && open.length > 0 && !open.some(hasBytes)) return 'bytes';
  return undefined;
}

/** Answered by a stream of which no event was heard: comments, and events that nobody listens to, may have come. */
function isUnread(connection: Connection): boolean {
  const { status, wire, pageFirst } = connection.exchange;
  const isStream = status === 200 && !hasOtherType(connection.exchange);
  return isStream && !hasBytes(connection) && wire === undefined && !pageFirst;
}
