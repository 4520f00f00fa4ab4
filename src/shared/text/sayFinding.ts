import type { Software } from '../diagnosis/measures/software.ts';
import type { Finding, FindingCode, FindingParameters } from '../diagnosis/model/finding.ts';
import { BROKEN_OFF } from './findings/brokenOff.ts';
import { COMING_BACK } from './findings/comingBack.ts';
import { LATE } from './findings/late.ts';
import { NO_STREAM } from './findings/noStream.ts';
import type { Saying, Sayings } from './findings/saying.ts';
import { WRITTEN } from './findings/written.ts';
import { type Remedy, remediesFor } from './remedies.ts';

const SAYINGS: Sayings<FindingCode> = { ...LATE, ...BROKEN_OFF, ...NO_STREAM, ...COMING_BACK, ...WRITTEN };

export interface FindingText extends Omit<Saying, 'otherwise'> {
  /** How sure it is: what else it may be; '' where it is certain. */
  doubt: string;
  /** Texts to be copied: what fits the software that the response names first. */
  remedies: Remedy[];
}

/** A finding in plain sentences. */
export function sayFinding(finding: Finding, software: readonly Software[] = []): FindingText {
  const say = SAYINGS[finding.code] as (parameters: FindingParameters[FindingCode]) => Saying;
  const { otherwise, ...saying } = say(finding.parameters);
  return {
    ...saying,
    doubt: finding.certain ? '' : (otherwise ?? 'The same facts may have another reason.'),
    remedies: remediesFor(finding.code, software),
  };
}
