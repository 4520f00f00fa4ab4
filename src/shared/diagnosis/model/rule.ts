import type { Finding, FindingCode, Severity } from './finding.ts';
import type { StreamFacts } from './streamFacts.ts';

/**
 * What a rule looks at: the page's own doing (`page`), requests and responses (`http`), bytes and the times of their chunks
 * (`bytes`), which without the wire nobody has of an `EventSource`.
 */
export type Layer = 'page' | 'http' | 'bytes';

/** One kind of trouble: its definition stands in the docstring of the rule. */
export interface Rule {
  code: FindingCode;
  /** The worst that it can say. */
  worst: Severity;
  /** Without one of these it says nothing. */
  needs: readonly Layer[];
  /** Without one of these it sees a part: where it finds nothing then, nobody may say that nothing is there. */
  fully?: readonly Layer[];
  /** Pure: the same facts give the same findings. Most give one or none. */
  find(facts: StreamFacts): Finding[];
}
