import type { ModelFormat } from '../measures/modelAnswer.ts';
import type { BodyLooks } from '../measures/response.ts';
import type { Place } from './place.ts';

/**
 * `error`: the page does not get what was sent, or will not again. `warning`: it gets it late, twice, or only by luck.
 * `note`: worth knowing, nothing is wrong yet.
 */
export type Severity = 'error' | 'warning' | 'note';

/** What each finding says, by its code: numbers and words, no sentences. Lengths of time in ms, sizes in bytes. */
export interface FindingParameters {
  // Late
  buffered: { lumps: number; size: number | undefined; pause: number };
  compressed: { encoding: string; events: number };
  compressedHeld: { encoding: string; silence: number | undefined; lumps: number; pause: number };
  noAnswer: { waited: number; method: string };
  lateHeaders: { after: number; connections: number };
  deliveredAtOnce: { events: number; within: number; after: number };
  deliveredByTimer: { period: number; bursts: number; eventsPerBurst: number; proven: boolean };
  lateBlankLine: { delay: number; events: number };
  ownTimesLate: { delay: number; events: number };
  // Broken off
  /** `left`: until the newest connection is cut too, which is silent; undefined where it is not, or is well yet. */
  cutWhenSilent: { after: number; connections: number; left: number | undefined };
  cutByAge: { length: number; connections: number };
  deadButOpen: { silence: number; period: number; missed: number; by: string };
  noHeartbeat: { silence: number; open: number };
  heartbeatTooSlow: { period: number; jitter: number; by: string };
  clientGivesUp: { after: number; times: number; period: number | undefined };
  clientOffline: { outages: number };
  serverGone: { attempts: number; error: string; gaveUp: boolean };
  closedOnError: { after: number };
  reopenedOnVisibility: { times: number; repeated: number };
  // No stream came
  statusEnds: { status: number; goodBefore: number; openBefore: number; retryAfter: string; tried: boolean };
  wrongType: { contentType: string; looks: BodyLooks };
  redirectedAway: { to: string; status: number; contentType: string; login: boolean };
  charset: { charset: string; dropped: boolean };
  cors: {
    /** What the header lacks: it is missing, names another origin, allows no credentials; or nobody saw it. */
    lacks: 'header' | 'origin' | 'credentials' | 'unseen';
    origin: string;
    allowed: string;
    asksAgain: boolean;
  };
  neverSent: { mixedContent: boolean };
  fromCache: { sign: string };
  cacheable: Record<never, never>;
  contentLength: { length: number; bytes: number };
  sixConnections: { open: number; waiting: number; host: string };
  // Coming back
  endlessRerequest: {
    connections: number;
    period: number;
    bytes: number;
    by: 'closing' | 'same';
    type: string;
  };
  reconnectStorm: { connections: number; within: number; retry: number | undefined };
  retryTooLong: { retry: number; down: boolean };
  retryTooShort: { retry: number };
  retryInvalid: { count: number };
  noBackOff: { attempts: number; wait: number };
  duplicateStreams: { together: number; apart: number };
  noIds: { gaps: number; longest: number };
  lastIdNotSent: { lastId: string; times: number };
  idIgnored: { sent: string; repeated: number; times: number };
  idsRestart: { before: string; after: string; times: number };
  eventsLost: { lost: number; before: string; after: string; times: number };
  nulInId: { count: number; dropped: boolean };
  // What is written
  unheard: { types: { type: string; events: number }[]; nothingHeard: boolean };
  eventNamedError: { type: 'error' | 'open'; events: number };
  withoutData: { blocks: number };
  linesWithoutData: { lines: number };
  unterminated: { bytes: number; type: string };
  runTogether: { type: string; events: number };
  notUtf8: { count: number };
  splitCharacters: { chunks: number };
  crlf: Record<never, never>;
  bom: { count: number };
  oversized: { largest: number; count: number; perSecond: number };
  tokenInUrl: { name: string };
  headersOfHttp1: { headers: string[]; protocol: string };
  cacheControl: { missing: ('no-cache' | 'no-transform')[] };
  // Models
  answerTruncated: { format: ModelFormat; events: number };
  errorInStream: { message: string };
  openAfterFinish: { silence: number };
}

export type FindingCode = keyof FindingParameters;

export interface FindingOf<C extends FindingCode> {
  code: C;
  severity: Severity;
  /** False where the same facts have a second explanation. */
  certain: boolean;
  parameters: FindingParameters[C];
  /** Where it can be seen, the first place first. */
  evidence: Place[];
}

export type Finding = { [C in FindingCode]: FindingOf<C> }[FindingCode];

export interface FindingMore {
  evidence: Place[];
  /** True where it is not given. */
  certain?: boolean;
}

/** @returns a finding as a list, since most rules find one or none */
export function found<C extends FindingCode>(
  code: C,
  severity: Severity,
  parameters: FindingParameters[C],
  { evidence, certain = true }: FindingMore,
): Finding[] {
  return [{ code, severity, certain, parameters, evidence: withoutRepeats(evidence) } as Finding];
}

/** The first and the last of something may be the same. */
function withoutRepeats(evidence: readonly Place[]): Place[] {
  return [...new Map(evidence.map((place) => [JSON.stringify(place), place])).values()];
}
