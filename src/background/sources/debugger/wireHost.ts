import type { HttpFact } from '../../../shared/session/httpFacts.ts';
import type { Asking } from '../../tabs/pages.ts';
import type { DocumentNamesHost } from './documentNames.ts';

/** What the wire tap needs of the world around it. */
export interface WireHost extends DocumentNamesHost {
  /** Resolves when the wall clock goes on from that of an earlier life of the background. */
  clockKnown(): Promise<unknown>;
  /** The session into which a request of a tab goes. */
  sessionOf(tab: number, asking: WireAsking): Promise<string | undefined>;
  /** The same, once the first answer was given: its page may have become known since. */
  sessionNow(tab: number, asking: WireAsking): string | undefined;
  submit(session: string, request: string, fact: HttpFact): void;
  /** Requests of a tab whose wire was attached before the background was restarted, by their keys. */
  attachedBefore(tab: number): Promise<ReadonlyMap<string, AttachedWire>>;
  /** The tap is off a tab: it tells no more of any request, whichever life of the background was told of it. */
  takenOff(tab: number, at: number): void;
  /** The tap is off a tab, and why: the user's own doing (`canceled_by_user`), or the tab is gone. */
  detached(tab: number, reason: string): void;
  /** What turns the protocol's seconds into ms since the epoch, as an earlier life of the background knew it. */
  protocolOffset(): number | undefined;
  /** It is known. */
  offsetKnown(offset: number): void;
}

/** Who has sent a request, as far as the debugger tells, and when, ms since the epoch. */
export type WireAsking = Pick<Asking, 'at' | 'debuggerName' | 'documentUrl'>;

/** A request as it is stored: where it goes, and how many bytes of it have been written. */
export interface AttachedWire {
  session: string;
  bytes: number;
}

export interface ChromeWire {
  /** @throws {Error} when the browser does not let us: another debugger, a page of its own */
  attach(tab: number): Promise<void>;
  detach(tab: number): Promise<void>;
  /** Reads what has come until now, and detaches: recording stops. */
  close(tab: number): Promise<void>;
  /** Whether requests of this tab that begin at `at` (ms since the epoch) are seen here. */
  covers(tab: number, at: number): boolean;
  /**
   * Tabs that were tapped before the background was away still are. Where that is not known of one (`since` 0), the background was
   * stopped while it attached: what it left there is taken off.
   */
  resume(tabs: Iterable<[tab: number, since: number]>): void;
  since(tab: number): number;
  /** A tab shows another document. */
  pageShown(tab: number): void;
}
