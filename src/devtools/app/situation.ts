import type { TabStatus } from '../../shared/protocol/panelLink.ts';

/** What the panel has to say or to show: exactly one of these. */
export type Situation =
  | 'connecting'
  /** The extension was reloaded, updated or removed: this panel belongs to nobody. */
  | 'gone'
  /** A page of the browser's own, that no extension may see. */
  | 'restricted'
  /** The user has withheld this site (Firefox). */
  | 'notPermitted'
  | 'notRecording'
  /** A private window: nothing of it is kept. */
  | 'private'
  /** Recording, and the page has opened no stream yet. */
  | 'waiting'
  | 'showing';

export function situationOf(
  link: 'connecting' | 'open' | 'gone',
  status: TabStatus | undefined,
  streams: number,
): Situation {
  if (link === 'gone') return 'gone';
  if (streams > 0) return 'showing';
  if (!status) return 'connecting';
  if (status.private) return 'private';
  if (status.restricted) return 'restricted';
  if (!status.permitted) return 'notPermitted';
  return status.recording ? 'waiting' : 'notRecording';
}
