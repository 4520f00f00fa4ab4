/**
 * Bridge ⇄ background: a runtime port, opened when the document shows its first event stream. Facts in the past tense go
 * towards the panel, commands in the imperative towards the page. Members in alphabetical order. Types only.
 */
import type { PageFact } from './pageLink.ts';

/**
 * Global function of the bridge's world. The background calls it in all frames of a tab when its recording begins,
 * by injecting the call: a bridge that listened to messages would cost every document the making of the API.
 */
export type ConnectFunctionName = 'sseScopeConnect';

/** Facts of one document, numbered, sent again until they are written. Their times are ms since the epoch. */
export interface Batch {
  type: 'BatchSent';
  /** '' from a document that goes away before it has heard into which session it is recorded. */
  session: string;
  /** From 1, without gaps, through the life of the document. */
  sequence: number;
  facts: PageFact[];
}

export type BridgeToBackground =
  | Batch
  /** First message of a port. `top`: the tab's main document. `beganAt`: when it began, ms since the epoch. */
  | {
      type: 'DocumentConnected';
      document: string;
      url: string;
      title: string;
      top: boolean;
      beganAt: number;
    };

export type BackgroundToBridge =
  /** Everything up to this batch is in the store. */
  | { type: 'Forget'; sequence: number }
  /** `behind`: by how much the wall clock was set back since the tab's recording began, ms; 0 when it was not. */
  | { type: 'Record'; session: string; behind: number }
  | { type: 'Sleep' };

/** Sent to all frames of a tab when its recording begins, for those of an opaque origin. */
export type BackgroundToFrames = { type: 'Connect' };
