import type { Outcome } from '../session/outcome.ts';
import type { Exchange } from '../session/types.ts';
import { sayError } from './sayError.ts';

/** What went wrong with an exchange, in a few words; '' when nothing did. */
export function sayOutcome(outcome: Outcome | undefined, { status }: Pick<Exchange, 'status'>): string {
  if (!outcome?.isFailed) return '';
  switch (outcome.reason) {
    case 'status':
      return `status ${status}`;
    case 'lost':
      return 'connection lost';
    default:
      return sayError(outcome.detail) || 'failed';
  }
}
