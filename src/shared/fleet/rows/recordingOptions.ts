import type { Mask } from '../../file/mask/parseMasks.ts';
import type { Redactor } from '../../file/source/redact.ts';

/** How a recording becomes rows. */
export interface RecordingOptions {
  /** Id of the recording, as the tables have it. */
  id: string;
  /** Name of its file. */
  file: string;
  /** '' for none. */
  release: string;
  redactor: Redactor;
  masks: readonly Mask[];
  keepsData: boolean;
  /** Whose waiting times to expect. */
  browser: 'chromium' | 'firefox';
}
