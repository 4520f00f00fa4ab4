import type { Diagnosis, NotLookedAt } from '../diagnosis/diagnose.ts';
import type { Severity } from '../diagnosis/model/finding.ts';
import type { Layer } from '../diagnosis/model/rule.ts';
import { FINDING_NAMES } from './findings/names.ts';

export const SEVERITY_NAMES: Record<Severity, string> = { error: 'Error', warning: 'Warning', note: 'Note' };

const LACKS: Record<Layer, string> = {
  page: 'the page was not observed',
  http: 'its requests were not seen: reload, and the connection is recorded from its beginning',
  bytes: 'without the wire only events are known: switch the wire on and reload',
};

/** What is missing where a rule could not be applied. */
export function sayLack(layer: Layer): string {
  return LACKS[layer];
}

/** What could not be looked at, a sentence for each reason; nothing where all was. */
export function sayNotLookedAt(notLookedAt: readonly NotLookedAt[]): string[] {
  const layers = [...new Set(notLookedAt.map(({ lacks }) => lacks))];
  return layers.map((layer) => {
    const names = notLookedAt.filter(({ lacks }) => lacks === layer).map(({ code }) => FINDING_NAMES[code]);
    return `Not looked at: ${names.join(', ')} (${LACKS[layer]}).`;
  });
}

/** Nothing above a note was found, and nothing that could be an error was left out. */
export function isWell({ findings, notLookedAt }: Pick<Diagnosis, 'findings' | 'notLookedAt'>): boolean {
  return (
    findings.every(({ severity }) => severity === 'note') &&
    notLookedAt.every(({ worst }) => worst !== 'error')
  );
}
