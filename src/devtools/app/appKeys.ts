export type AppCommand =
  | 'help'
  | 'filter'
  | 'streams'
  | 'events'
  | 'timeline'
  | 'health'
  | 'http'
  | 'statistics'
  | 'replay'
  | 'assembled'
  | 'findings';

const KEYS: Record<string, AppCommand> = {
  '?': 'help',
  '/': 'filter',
  s: 'streams',
  1: 'events',
  2: 'timeline',
  3: 'health',
  4: 'http',
  5: 'statistics',
  6: 'replay',
  7: 'assembled',
  8: 'findings',
};

/** What a key does wherever the focus is. Keys with Ctrl, Alt or Meta are the browser's; in a field all are text. */
export function appKey(
  event: { key: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean },
  inField: boolean,
): AppCommand | undefined {
  if (event.ctrlKey || event.metaKey) {
    return event.key.toLowerCase() === 'f' && !event.altKey ? 'filter' : undefined;
  }
  return inField || event.altKey ? undefined : KEYS[event.key];
}
