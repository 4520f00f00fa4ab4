import type { HttpFact } from '../../../shared/session/httpFacts.ts';
import type { Header } from '../../../shared/session/types.ts';
import type { Debuggee } from './debuggerApi.ts';
import type { BodyPiece } from './pieces.ts';
import type { WireAsking } from './wireHost.ts';

/** A request that the debugger has told of, until it is over. */
export interface WireRequest {
  source: Debuggee;
  session: string;
  asking: WireAsking;
  key: string;
  /** What turns the protocol's seconds into ms since the epoch; undefined until its first event after a restart. */
  offset: number | undefined;
  /** How far the wall clock had been set forward when the request began, ms. */
  ahead: number;
  url: string;
  /** As the page's process gave them, without what the network adds, the last event ID for one. */
  headers: Header[];
  /** What really went out: told, still to be told, or not to be told at all. */
  sent: 'told' | 'expected' | 'unknown';
  facts: HttpFact[];
  told: boolean;
  stream: boolean;
  charset: string;
  asked: boolean;
  /** This life of the background was told that it was sent. */
  seenSent: boolean;
  /** Its bytes were asked for when it was sent: those so far, undefined when the browser had none of it any more. */
  early: Promise<Uint8Array | undefined> | undefined;
  /** What the browser received before this moment is in its answer, ms since the epoch. */
  answeredFrom: number;
  /** While the bytes so far are fetched: the pieces that are reported during that. */
  syncing: BodyPiece[] | undefined;
  /** Ends the wait for the bytes so far. */
  giveUp: (() => void) | undefined;
  /** Bytes reported. */
  bytes: number;
  end: (() => void) | undefined;
  /** The request is over, and waits for what went out to be told. */
  onSent: (() => void) | undefined;
}

/** The bytes of a body up to some moment; `whole`: up to its end. */
export interface SoFar {
  bytes: Uint8Array;
  whole: boolean;
}

export function idOf({ tabId, sessionId }: Debuggee, requestId: string): string {
  return `${tabId}/${sessionId ?? ''}/${requestId}`;
}

export function keyOf({ tabId, sessionId }: Debuggee, requestId: string): string {
  return `wire-${tabId}-${sessionId ?? ''}-${requestId}`;
}

/** The protocol's own name of a request is the last part of ours. */
export function requestIdOf({ key, source }: WireRequest): { requestId: string } {
  return { requestId: key.slice(`wire-${source.tabId}-${source.sessionId ?? ''}-`.length) };
}
