import type { FindingCode } from './model/finding.ts';

/** At most one finding for one fact: where the first is found, the others are not told. */
export const OVERRULED: Partial<Record<FindingCode, readonly FindingCode[]>> = {
  answerTruncated: ['unterminated'],
  clientOffline: ['serverGone', 'cutWhenSilent'],
  closedOnError: ['noIds'],
  compressedHeld: ['buffered', 'compressed', 'deadButOpen', 'noAnswer'],
  cors: ['serverGone', 'wrongType', 'reconnectStorm'],
  cutWhenSilent: ['cutByAge', 'noHeartbeat'],
  deadButOpen: ['noHeartbeat'],
  endlessRerequest: ['cutByAge', 'cutWhenSilent', 'idIgnored', 'idsRestart', 'noIds'],
  fromCache: ['cacheable', 'deliveredAtOnce', 'endlessRerequest', 'idIgnored'],
  idsRestart: ['eventsLost', 'idIgnored'],
  lateBlankLine: ['buffered'],
  openAfterFinish: ['deadButOpen'],
  reconnectStorm: ['noBackOff', 'retryTooShort'],
  redirectedAway: ['statusEnds', 'wrongType'],
  reopenedOnVisibility: ['clientGivesUp'],
  sixConnections: ['lateHeaders', 'noAnswer'],
};
