import type { Browser } from 'webextension-polyfill';
import type { HttpFact } from '../../../shared/session/httpFacts.ts';
import { joinBytes } from '../../../shared/session/joinBytes.ts';
import type { WallClock } from '../../keep/wallClock.ts';

/** How much of a response that is no stream is kept, to say what came instead, bytes. */
const EVIDENCE_SIZE = 1024;
/** So long may the last bytes of a request come after the browser has reported that the client gave it up, ms. */
const LAST_BYTES_WITHIN = 500;

export interface FirefoxWire {
  /**
   * Taps a response whose headers have just come.
   *
   * @param session - into which it is recorded
   * @param stream - it is an event stream; otherwise only its start is looked at
   * @returns resolves when the last byte has been reported
   */
  tap(session: string, requestId: string, stream: boolean, report: (fact: HttpFact) => void): Promise<void>;
  /** The client has given up this request. The filter of a worker's request is not told of that. */
  aborted(requestId: string): void;
  /** The session is over: its responses go their way without us. */
  release(session: string): void;
}

/**
 * The wire tap of Firefox: `filterResponseData` hands over the decoded bytes of any response, a worker's too. It stands
 * in line: what arrives is written on first and looked at then.
 */
export function createFirefoxWire(browser: Browser, wallClock: WallClock): FirefoxWire {
  const releases = new Map<() => void, string>();
  const letGo = new Map<string, () => void>();

  function tap(
    session: string,
    requestId: string,
    stream: boolean,
    report: (fact: HttpFact) => void,
  ): Promise<void> {
    return new Promise((resolve) => {
      let filter: ReturnType<Browser['webRequest']['filterResponseData']>;
      try {
        filter = browser.webRequest.filterResponseData(requestId);
      } catch {
        // The request is over already.
        resolve();
        return;
      }
      if (stream) report({ type: 'WireAttached' });
      let evidence = new Uint8Array();
      filter.ondata = ({ data }) => {
        filter.write(data);
        const bytes = new Uint8Array(data);
        if (stream) {
          report({
            type: 'WireBytes',
            bytes,
            ends: Uint32Array.of(bytes.length),
            times: Float64Array.of(wallClock.now()),
          });
          return;
        }
        evidence = joinBytes(evidence, bytes.subarray(0, EVIDENCE_SIZE - evidence.length));
        if (evidence.length >= EVIDENCE_SIZE) finish(() => filter.disconnect());
      };
      filter.onstop = () => finish(() => filter.disconnect());
      filter.onerror = () => finish(() => {});
      const release = () => {
        if (stream) report({ type: 'WireBroken', at: wallClock.now(), gone: false });
        finish(() => filter.disconnect());
      };
      releases.set(release, session);
      letGo.set(requestId, () => finish(() => filter.disconnect()));

      let over = false;
      function finish(disconnect: () => void): void {
        if (over) return;
        over = true;
        releases.delete(release);
        letGo.delete(requestId);
        try {
          disconnect();
        } catch {
          // Its request is gone.
        }
        if (!stream) report({ type: 'EvidenceSeen', text: new TextDecoder().decode(evidence) });
        resolve();
      }
    });
  }

  return {
    tap,
    aborted(requestId) {
      const end = letGo.get(requestId);
      if (end) setTimeout(end, LAST_BYTES_WITHIN);
    },
    release(session) {
      for (const [release, own] of releases) if (own === session) release();
    },
  };
}
