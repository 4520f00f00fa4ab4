import { clockJumps } from '../../../shared/session/clockJumps.ts';
import type { Mark } from '../../../shared/session/types.ts';
import { formatDuration } from '../../../shared/text/units/format.ts';

/** What a mark of the page says, in a few words. */
export function markText(mark: Mark): string {
  const { kind, detail } = mark;
  switch (kind) {
    case 'clock': {
      const [jump] = clockJumps([mark]);
      if (!jump) return 'The clock jumped';
      return jump.by > 0
        ? `The machine slept, or its clock was set, for ${formatDuration(jump.by)}`
        : `The clock was set back by ${formatDuration(-jump.by)}`;
    }
    case 'navigation':
      return `The page went to ${detail}`;
    case 'visibility':
      return `The page is ${detail}`;
    case 'online':
    case 'offline':
      return `The browser is ${kind}`;
    case 'freeze':
      return 'The browser froze the page';
    case 'resume':
      return 'The page goes on';
    case 'lost':
      return 'Data was lost';
    default:
      return kind;
  }
}
