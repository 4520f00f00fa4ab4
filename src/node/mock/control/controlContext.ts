import type { ReplaySession } from '../../stage/replayStream.ts';
import type { Stage } from '../../stage/stage.ts';

/** What the control API works on. */
export interface ControlContext {
  stage: Stage;
  version: string;
  /** Where pages are to be sent: an address that needs no origin. */
  prefix: string;
  /** @throws {FileError} */
  upload(name: string, bytes: Uint8Array): Promise<ReplaySession>;
}
