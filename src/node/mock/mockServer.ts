import type { Scenario } from '../faults/faults.ts';
import type { ReplaySession } from '../stage/replayStream.ts';
import type { Client, StageOptions, StageTotals } from '../stage/stageOptions.ts';
import type { SessionFile } from './addSession.ts';

export interface MockServerOptions extends Partial<StageOptions> {
  /** Session files: paths, or bytes with a name. HAR of any tool, event streams, gzip of each. */
  sessions?: readonly SessionFile[];
  /** 0 for any that is free. */
  port?: number;
  /** Where it listens; `127.0.0.1` unless something else is wanted. */
  host?: string;
  /** PEM. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** HTTP/2 besides HTTP/1.1 with TLS; instead of it without. */
  http2?: boolean;
  /** For the control API; made up when it is missing. */
  token?: string;
  /** Names by which the server may be called besides those of loopback. */
  allowHosts?: readonly string[];
  /** Origins whose pages may read what is served, besides those of the recording and of this machine; `*` for any. */
  allowOrigins?: readonly string[];
}

export interface MockServer {
  /** `http://127.0.0.1:4747` */
  readonly url: string;
  /** Of the control API: `Authorization: Bearer …`. */
  readonly token: string;
  readonly port: number;
  readonly sessions: readonly ReplaySession[];
  readonly clients: readonly Client[];
  readonly statistics: StageTotals;
  /** The address at which a recorded one is served. */
  urlOf(recorded: string): string;
  /** @throws {FileError} with a sentence */
  add(session: SessionFile): Promise<ReplaySession>;
  pause(): void;
  resume(): void;
  /** The next event, for every client. */
  step(): void;
  /** ms of the recording. */
  seek(ms: number): void;
  setSpeed(speed: number): void;
  setFaults(scenario: Scenario): void;
  /** Breaks all connections. Returns how many there were. */
  disconnect(): number;
  /** The next requests get the streams from their beginning. */
  rewind(): void;
  /** Ends what is open at the end of its block, and stops listening. */
  close(): Promise<void>;
}
