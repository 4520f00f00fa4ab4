import type { Batch } from '../../shared/protocol/bridgeLink.ts';
import type { PageFact } from '../../shared/protocol/pageLink.ts';

/** What may wait for the background, in bytes as {@link factSize} counts them. */
export const OUTBOX_SIZE = 64 << 20;

/** Batches of one document that the background has not written yet: sent in order, sent again after it was away. */
export interface Outbox {
  add(session: string, facts: PageFact[]): void;
  /** Everything up to this batch is in the store. */
  forget(sequence: number): void;
  /** What waits for this session is not wanted. */
  drop(session: string): void;
  /** The background is there, perhaps anew: sends all that is not written. */
  open(post: (batch: Batch) => void): void;
  /** It is gone: what comes now waits. */
  shut(): void;
}

export function createOutbox(limit = OUTBOX_SIZE): Outbox {
  let waiting: { batch: Batch; size: number }[] = [];
  let sequence = 0;
  let size = 0;
  let lost = 0;
  let post: ((batch: Batch) => void) | undefined;

  function send(session: string, facts: PageFact[], added: number): void {
    const batch: Batch = { type: 'BatchSent', session, sequence: ++sequence, facts };
    waiting.push({ batch, size: added });
    size += added;
    post?.(batch);
  }

  return {
    add(session, facts) {
      if (facts.length === 0) return;
      const added = facts.reduce((sum, fact) => sum + factSize(fact), 0);
      if (size + added > limit) {
        lost += facts.reduce((sum, fact) => sum + factCount(fact), 0);
        // Life cycles are small, and what follows makes no sense without them.
        const small = facts.filter((fact) => factSize(fact) <= 4096 && factCount(fact) === 0);
        if (small.length === 0 || size > limit * 2) return;
        send(session, small, small.length * 200);
        return;
      }
      if (lost > 0) {
        facts = [
          { type: 'DataLost', stream: 0, at: timeOf(facts[0]!), count: lost, reason: 'outbox' },
          ...facts,
        ];
        lost = 0;
      }
      send(session, facts, added);
    },
    forget(upTo) {
      while (waiting.length > 0 && waiting[0]!.batch.sequence <= upTo) size -= waiting.shift()!.size;
    },
    drop(session) {
      waiting = waiting.filter(({ batch, size: own }) => {
        if (batch.session === session) size -= own;
        return batch.session !== session;
      });
    },
    open(to) {
      post = to;
      for (const { batch } of waiting) post(batch);
    },
    shut() {
      post = undefined;
    },
  };
}

/** Roughly, what a fact holds on to in memory. */
export function factSize(fact: PageFact): number {
  switch (fact.type) {
    case 'BytesArrived':
      return fact.bytes.length + fact.ends.length * 12;
    case 'EventsArrived':
      return (fact.data.length + fact.ids.length) * 2 + fact.times.length * 18;
    case 'TextArrived':
      return fact.text.length * 2 + fact.ends.length * 12;
    default:
      return 200;
  }
}

/** Chunks or events in a fact. */
function factCount(fact: PageFact): number {
  return 'times' in fact ? fact.times.length : 0;
}

function timeOf(fact: PageFact): number {
  return 'times' in fact ? (fact.times[0] ?? 0) : fact.at;
}
