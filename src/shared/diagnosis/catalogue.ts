import type { Rule } from './model/rule.ts';
import { answerTruncated } from './rules/answerTruncated.ts';
import { bom } from './rules/bom.ts';
import { buffered } from './rules/buffered.ts';
import { cacheable } from './rules/cacheable.ts';
import { cacheControl } from './rules/cacheControl.ts';
import { charset } from './rules/charset.ts';
import { clientGivesUp } from './rules/clientGivesUp.ts';
import { clientOffline } from './rules/clientOffline.ts';
import { closedOnError } from './rules/closedOnError.ts';
import { compressed } from './rules/compressed.ts';
import { compressedHeld } from './rules/compressedHeld.ts';
import { contentLength } from './rules/contentLength.ts';
import { cors } from './rules/cors.ts';
import { crlf } from './rules/crlf.ts';
import { cutByAge } from './rules/cutByAge.ts';
import { cutWhenSilent } from './rules/cutWhenSilent.ts';
import { deadButOpen } from './rules/deadButOpen.ts';
import { deliveredAtOnce } from './rules/deliveredAtOnce.ts';
import { deliveredByTimer } from './rules/deliveredByTimer.ts';
import { duplicateStreams } from './rules/duplicateStreams.ts';
import { endlessRerequest } from './rules/endlessRerequest.ts';
import { errorInStream } from './rules/errorInStream.ts';
import { eventNamedError } from './rules/eventNamedError.ts';
import { eventsLost } from './rules/eventsLost.ts';
import { fromCache } from './rules/fromCache.ts';
import { headersOfHttp1 } from './rules/headersOfHttp1.ts';
import { heartbeatTooSlow } from './rules/heartbeatTooSlow.ts';
import { idIgnored } from './rules/idIgnored.ts';
import { idsRestart } from './rules/idsRestart.ts';
import { lastIdNotSent } from './rules/lastIdNotSent.ts';
import { lateBlankLine } from './rules/lateBlankLine.ts';
import { lateHeaders } from './rules/lateHeaders.ts';
import { linesWithoutData } from './rules/linesWithoutData.ts';
import { neverSent } from './rules/neverSent.ts';
import { noAnswer } from './rules/noAnswer.ts';
import { noBackOff } from './rules/noBackOff.ts';
import { noHeartbeat } from './rules/noHeartbeat.ts';
import { noIds } from './rules/noIds.ts';
import { notUtf8 } from './rules/notUtf8.ts';
import { nulInId } from './rules/nulInId.ts';
import { openAfterFinish } from './rules/openAfterFinish.ts';
import { oversized } from './rules/oversized.ts';
import { ownTimesLate } from './rules/ownTimesLate.ts';
import { reconnectStorm } from './rules/reconnectStorm.ts';
import { redirectedAway } from './rules/redirectedAway.ts';
import { reopenedOnVisibility } from './rules/reopenedOnVisibility.ts';
import { retryInvalid } from './rules/retryInvalid.ts';
import { retryTooLong } from './rules/retryTooLong.ts';
import { retryTooShort } from './rules/retryTooShort.ts';
import { runTogether } from './rules/runTogether.ts';
import { serverGone } from './rules/serverGone.ts';
import { sixConnections } from './rules/sixConnections.ts';
import { splitCharacters } from './rules/splitCharacters.ts';
import { statusEnds } from './rules/statusEnds.ts';
import { tokenInUrl } from './rules/tokenInUrl.ts';
import { unheard } from './rules/unheard.ts';
import { unterminated } from './rules/unterminated.ts';
import { withoutData } from './rules/withoutData.ts';
import { wrongType } from './rules/wrongType.ts';

/** All rules, a cause before its consequences: in this order findings of one severity are told. */
export const CATALOGUE: readonly Rule[] = [
  neverSent,
  cors,
  redirectedAway,
  statusEnds,
  wrongType,
  charset,
  sixConnections,
  fromCache,
  serverGone,
  contentLength,
  compressedHeld,
  noAnswer,
  lateBlankLine,
  linesWithoutData,
  unterminated,
  notUtf8,
  unheard,
  deadButOpen,
  eventsLost,
  answerTruncated,
  errorInStream,
  reconnectStorm,
  cutWhenSilent,
  endlessRerequest,
  buffered,
  lateHeaders,
  deliveredAtOnce,
  deliveredByTimer,
  ownTimesLate,
  cutByAge,
  heartbeatTooSlow,
  clientGivesUp,
  closedOnError,
  reopenedOnVisibility,
  clientOffline,
  duplicateStreams,
  noIds,
  lastIdNotSent,
  idIgnored,
  idsRestart,
  nulInId,
  retryTooLong,
  retryInvalid,
  retryTooShort,
  noBackOff,
  eventNamedError,
  withoutData,
  runTogether,
  oversized,
  tokenInUrl,
  headersOfHttp1,
  openAfterFinish,
  noHeartbeat,
  compressed,
  cacheable,
  cacheControl,
  splitCharacters,
  crlf,
  bom,
];
